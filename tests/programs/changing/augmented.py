def f():
    a = [0]
    b = a
    t = (1,)
    u = t
    s = {1}
    r = s
    for i in range(14):
        a += [i]
        t += (i,)
        s |= {i}
        n = i
    return b, u, r
