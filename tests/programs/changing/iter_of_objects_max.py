class A:
    log = []
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        A.log.append(1)
        return self.v < o.v
    def __gt__(self, o):
        A.log.append(2)
        return self.v > o.v
def f():
    log = A.log
    for i in range(14):
        it = iter([A(1), A(2)])
        m = max(it)
        n = i
    return log
