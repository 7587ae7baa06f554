def f():
    x = "s" * 3
    for i in range(16):
        a = [x] * 10
        del a
        a = (x,) * 10
        del a
        a = {k: x for k in range(12)}
        del a
        a = {x: k for k in range(12)}
        del a
        a = [*range(12), *[x] * 5]
        del a
        a = dict(zip(range(12), [x] * 5))
        del a
    return 0
