def f():
    g = {}
    for i in range(12):
        k = i % 3
        v = g.get(k)
        if v is None:
            v = []
            g[k] = v
        v.append(i)
        w = v
        n = len(w)
    return g
