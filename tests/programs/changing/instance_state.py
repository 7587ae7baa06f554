class P:
    def __init__(self):
        self.v = [0]
    def bump(self):
        self.v.append(1)
def f():
    p = P()
    q = [p]
    v = p.v
    for i in range(14):
        p.x = i
        p.bump()
        n = i
        v[0] = n
        del p.x
    return q
