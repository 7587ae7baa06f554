def f():
    d = globals()
    for i in range(9):
        x = i
        y = x
f()
