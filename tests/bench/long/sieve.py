def run():
    """Primes below 1,500, crossed out one by one."""
    limit = 1500
    alive = [True] * limit
    primes = []
    for n in range(2, limit):
        if not alive[n]:
            continue
        primes.append(n)
        k = n * n
        while k < limit:
            alive[k] = False
            k += n
    return len(primes)
