def f():
    it = iter([[k] for k in range(30)])
    for i in range(14):
        a, b = next(it), next(it)
        a.append(b)
        l = list(it) if i == 13 else []
    return a
