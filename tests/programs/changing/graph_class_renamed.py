class A:
    def __init__(self, x):
        self.x = x
class Holder:
    def __init__(self, held):
        self.held = held
def rename(kind, name):
    kind.__name__ = name
def f():
    outer = Holder(Holder(A(1)))
    for k in range(4):
        seen = k
        A.__name__ = f"A{k}"
        seen = k + 1
        rename(Holder, f"H{k}")
        seen = k + 2
        A.__repr__ = object.__repr__ if k % 2 else lambda self: "an A"
        seen = k + 3
        del A.__repr__
        seen = k + 4
    return outer
