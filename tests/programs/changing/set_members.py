def f():
    s = {1, 2, 3}
    for i in range(12):
        s.discard(1)
        s.add(True)
        s.discard(1)
        s.add(1.0)
        s.discard(1)
        s.add(1)
    return s
