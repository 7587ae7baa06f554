class A:
    log = []
    def __radd__(self, o):
        A.log.append(1)
        return 0
def f():
    log = A.log
    for i in range(14):
        it = iter([A(), A()])
        s = sum(it)
        t = i
    return log
