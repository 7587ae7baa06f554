import weakref
class A:
    pass
def f():
    for i in range(16):
        a = A()
        w = weakref.ref(a)
        it = iter([a])
        a = None
        it = None
        y = i
