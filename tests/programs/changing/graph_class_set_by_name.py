class A:
    def __init__(self, x):
        self.x = x
class B(A):
    pass
class Holder:
    def __init__(self, held):
        self.held = held
def f():
    inner = A(1)
    outer = Holder(Holder(inner))
    for k in range(4):
        seen = k
        setattr(inner, "__cl" + "ass__", B if k % 2 else A)
        seen = k + 1
        object.__setattr__(inner, "__class__", A)
        seen = k + 2
    return outer
