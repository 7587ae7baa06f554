def f():
    xs = list(range(250))
    d = {k: k for k in range(250)}
    deep = [[[[[[[[[[1]]]]]]]]]]
    s = "x" * 3000
    class A:
        def __eq__(self, o):
            xs[0] = "seen"
            return False
    for i in range(14):
        xs[220] = A()
        y = 5 in xs[201:]
        xs[225] = i
        s += "y"
        z = i
        deep[0][0][0][0][0][0][0][0][0][0] = i
        w = xs == xs[:-1] + [1]
        xs[0] = 0
    return 0
