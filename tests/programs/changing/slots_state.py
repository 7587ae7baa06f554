class A:
    __slots__ = ("a", "b")
def f():
    x = A()
    x.a = []
    y = x.a
    for i in range(14):
        y.append(i)
        x.b = i
        n = i
        del x.b
    return x
