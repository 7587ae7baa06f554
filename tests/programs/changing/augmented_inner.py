def f():
    m = [[0]]
    k = m[0]
    for i in range(14):
        m[0] += [i]
        x = i
        k *= 1
    return m
