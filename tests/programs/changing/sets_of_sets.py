def f():
    s = {frozenset({1}), frozenset({2})}
    t = s
    for i in range(14):
        s ^= {frozenset({i})}
        u = frozenset(s)
        n = i
    return t
