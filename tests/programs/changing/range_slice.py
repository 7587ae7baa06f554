def f():
    r = range(16)
    s = slice(1, 2)
    for i in r:
        t = r[i:]
        s = slice(i, None)
        e = ...
        n = NotImplemented
    return t
