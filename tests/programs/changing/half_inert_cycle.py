def f():
    a = [1]
    a.append(a)
    for i in range(14):
        a[0] = i
        n = i
        b = a[1]
    return a
