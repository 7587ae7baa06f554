class S(str):
    log = []
    def __add__(self, o):
        S.log.append(o)
        return S("x")
    def __eq__(self, o):
        S.log.append("eq")
        return True
    __hash__ = str.__hash__
def f():
    log = S.log
    s = S("a")
    for i in range(14):
        t = s + "b"
        u = s == "c"
        v = "abc" == s
        s += "d"
        n = i
    return log
