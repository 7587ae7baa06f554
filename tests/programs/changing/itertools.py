import itertools
def f():
    c = itertools.count()
    r = itertools.repeat(1, 20)
    m = map(str, [1, 2, 3])
    z = zip(c, "abcdefghijkl")
    l = [c]
    for a, b in z:
        y = a
        x = next(r)
        k = a + 1 in c
    return c
