def f():
    a = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    for i in range(4):
        a[0] = True
        a[0] = 1
        a[0] = 1.0
        a[0] = 1 + 0j
        a[1] = 0.0
        a[1] = -0.0
        a[1] = 0
        a[1] = False
    return a
