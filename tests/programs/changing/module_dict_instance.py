class A: pass
a = A()
a.__dict__ = globals()
for i in range(12):
    x = i
