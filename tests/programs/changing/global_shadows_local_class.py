def f():
    class C:
        n = 0
        for i in range(14):
            n = i
            m = [n]
            m.append(n)
    return C.m
