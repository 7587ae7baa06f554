def f():
    s = ""
    t = "x"
    u = s
    for i in range(12):
        s += t
        u = s
        t = t + "y"
        s = s + u
    return s
