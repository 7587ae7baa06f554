def f():
    d = {k: 0 for k in "abcdefghij"}
    for i in range(12):
        k = next(iter(d))
        d[k] = d.pop(k)
    return d
