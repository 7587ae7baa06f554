class A:
    def __init__(self, x):
        self.x = x
class Holder:
    def __init__(self, held):
        self.held = held
def f():
    inner = A(1)
    outer = Holder(Holder(inner))
    states = [{"x": 2}, {"x": 3, "y": 4}]
    for k in range(4):
        seen = k
        inner.__dict__ = states[k % 2]
        seen = k + 1
        states[k % 2]["x"] += 5
        seen = k + 2
    return outer
