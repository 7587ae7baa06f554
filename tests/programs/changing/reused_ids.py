def f():
    out = []
    for i in range(30):
        a = [i] * 9
        b = [i, i] * 6
        del a
        c = [i + 1] * 9
        del b, c
        d = tuple([i] * 9)
        del d
        e = [i] * 9
    return out
