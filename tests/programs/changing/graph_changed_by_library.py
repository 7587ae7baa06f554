import functools, contextlib
class A:
    def __init__(self, x):
        self.x = x
class B(A):
    pass
class Holder:
    def __init__(self, held):
        self.held = held
@contextlib.contextmanager
def changing(one):
    one.x += 1
    yield one
    one.x -= 1
def f():
    inner = A(1)
    outer = Holder(Holder(inner))
    for k in range(4):
        seen = k
        functools.reduce(lambda a, b: inner.x, [1, 2, 3])
        functools.update_wrapper(inner, B)
        seen = k + 1
        with changing(inner):
            seen = k + 2
        seen = k + 3
    return outer
