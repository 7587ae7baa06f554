import itertools
def f():
    c = itertools.count()
    l = {"k": c}
    for i in range(14):
        b = 2 * i + 1 in c
        y = sum(zip((1,), c), ())
    return c
