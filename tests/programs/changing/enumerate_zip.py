def f():
    xs = [[1], [2], [3], [4], [5], [6], [7]]
    for i, x in enumerate(xs):
        n = i
        x.append(n)
        m = x
    for a, b in zip(xs, reversed(xs)):
        n = a
        b.append(1)
    return xs
