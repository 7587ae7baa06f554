def f():
    a = [x for x in range(12)]
    b = [y + x for x in a for y in a[:3]]
    c = {k: v for k, v in enumerate(a)}
    d = [x for x in a if (z := x) > 3]
    return d
