def f():
    n = 20
    xs = [3, 1, 2]
    while n:
        n -= 1
        a, b = xs[0], xs[1]
        xs[0], xs[1] = b, a
        c = sorted(xs)
        d = xs[:]
        d.append(n)
    return xs
