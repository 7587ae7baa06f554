def f():
    d = {k: 1 for k in range(14)}
    for i in range(4):
        d[0] = True
        d[0] = 1.0
        d[3] = d.pop(3)
        d[True] = d.pop(1)
        d[1] = d.pop(True)
    return d
