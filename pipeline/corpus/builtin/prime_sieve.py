from math import isqrt


def primes_below(limit: int) -> list[int]:
    """Whole slices are crossed out at once; with 230 flags the list is too long to show."""
    flags = [True] * limit
    flags[:2] = [False, False]
    for n in range(2, isqrt(limit - 1) + 1):
        if flags[n]:
            multiples = range(n * n, limit, n)
            flags[n * n :: n] = [False] * len(multiples)
    return [n for n, prime in enumerate(flags) if prime]
