def f():
    n = 0
    xs = []
    def bump():
        nonlocal n
        n += 1
        xs.append(n)
    for i in range(14):
        bump()
        y = n
        m = [*map(lambda _: bump(), "ab")]
        y = n
    return xs
