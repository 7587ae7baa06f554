class A:
    pass
def f():
    a = A()
    a.__dict__ = locals()
    for i in range(16):
        x = i
