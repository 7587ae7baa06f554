class P:
    def __init__(self):
        self.log = []
    @property
    def p(self):
        self.log.append(1)
        return 1
    def __getattr__(self, n):
        self.log.append(n)
        return 1
    def __getitem__(self, i):
        self.log.append(i)
        return i
    def __iter__(self):
        self.log.append("iter")
        return iter([1, 2])
    def __bool__(self):
        self.log.append("bool")
        return True
    def __format__(self, s):
        self.log.append("format")
        return "x"
    def __index__(self):
        self.log.append("index")
        return 1
    def __hash__(self):
        self.log.append("hash")
        return 1
    def __eq__(self, o):
        self.log.append("eq")
        return True
def f():
    p = P()
    log = p.log
    xs = [p]
    d = {p: 1}
    t = (p, 1)
    for i in range(13):
        a = p.p
        b = p.q
        c = p[1]
        e, g = p
        h = 1 if p else 2
        j = f"{p}"
        k = "ab"[p]
        l = p in xs
        m = p in d
        n = d[p]
        o = xs[0] == 1
        q = t == (p, 1)
        r = not xs[0]
        s = [*xs[0]]
        u = {xs[0]: 1}
        v = xs == [3]
        w = range(p)
        x = hash(t)
        y = min(xs[0], 3) if False else max(xs * 2, key=id)
    return log
