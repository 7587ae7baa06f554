g = [0]
def f():
    a = g
    for i in range(12):
        x = i
        g[0] = i
        g.append(x)
    return a
