def g(xs):
    for k in range(14):
        y = k
        z = k + 1
        xs.append(z)
        yield k
def f():
    xs = []
    s = 0
    for a in g(xs):
        s += a
    return xs
