class A:
    def __init__(self, x):
        self.x = x
class B(A):
    pass
class Holder:
    def __init__(self, held):
        self.held = held
def change(one):
    one.__class__ = B
def f():
    inner = A(1)
    outer = Holder(Holder(inner))
    for k in range(4):
        seen = k
        inner.__class__ = B if k % 2 else A
        seen = k + 1
        change(inner)
        seen = k + 2
    return outer
