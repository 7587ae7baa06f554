import weakref
def f():
    for i in range(16):
        s = {1, 2}
        w = weakref.ref(s)
        s = None
        y = i
