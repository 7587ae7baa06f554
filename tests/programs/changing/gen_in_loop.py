def f():
    xs = []
    def g():
        for k in range(14):
            xs.append(k)
            yield k
    for a in g():
        y = a
        z = y + 1
    return xs
