class A:
    def __init__(self, x):
        self.x = x
class Bare:
    pass
def make(k):
    return A(A(k))
def f():
    last = None
    for k in range(12):
        one = make(k)
        last = one.x
        one = Bare()
        one = None
        one = Bare()
        one.y = k
        last = Bare()
    return last
