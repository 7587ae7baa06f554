def f():
    out = []
    m = map(out.append, range(100))
    for i in range(14):
        x = (i, None) in enumerate(m)
        y = i
    return out
