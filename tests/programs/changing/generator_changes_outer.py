def f():
    xs = []
    def g():
        for k in range(20):
            xs.append(k)
            yield k
    it = g()
    for i in range(14):
        a = next(it)
        c = i
    return xs
