class R:
    def __init__(self):
        self.n = [0]
    def __repr__(self):
        return f"R{self.n[0]}"
def f():
    r = R()
    n = r.n
    for i in range(14):
        n[0] = i
        y = i
    return r
