import weakref
class A: pass
def f():
    ws = weakref.WeakValueDictionary()
    for i in range(14):
        a = A()
        ws[i] = a
        t = iter([a])
        a = 0
        t = 0
        n = len(ws)
    return 0
