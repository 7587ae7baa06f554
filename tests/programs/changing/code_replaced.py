def f():
    xs = []
    def g():
        for i in range(12):
            n = i
            xs.append(n)
    h = type(g)(g.__code__.replace(co_name="h"), globals(), "h", None, g.__closure__)
    g()
    h()
    return xs
