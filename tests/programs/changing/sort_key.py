def f():
    log = []
    def key(x):
        log.append(x)
        return x
    xs = [3, 1, 2]
    for i in range(14):
        ys = sorted(xs, key=key)
        zs = max(xs, key=log.index) if log else 0
        n = i
    return log
