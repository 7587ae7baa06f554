def f():
    d = [locals()]
    for i in range(16):
        x = i
