def f():
    n = 0
    class R:
        def __repr__(self):
            return f"R{n}"
    xs = [R()]
    for i in range(14):
        n = i
        m = n
    return xs
