def f():
    d = {}
    k, v, it = d.keys(), d.values(), d.items()
    for i in range(14):
        d[i] = [i]
        n = i
        w = k
    return v
