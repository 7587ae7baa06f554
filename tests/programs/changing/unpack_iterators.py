def f():
    it = iter(range(100))
    e = enumerate("abcdefghijklmnopqrstuvwxyz")
    for i in range(14):
        a = next(it)
        (b, c) = next(e)
        d, *g = zip("ab", it)
        h = i
    return a
