def f():
    inner = [1]
    a = [(inner, 1), (2, 3)]
    b = [(1, 2)] * 9
    for i in range(12):
        inner.append(i)
        b[0] = (1, inner)
        b[0] = (1, 2)
        inner[0] = (i,)
    return a
