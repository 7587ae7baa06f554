class D(dict):
    def __missing__(self, k):
        self[k] = 0
        return 1
def f():
    d = D()
    e = {"d": d}
    for i in range(14):
        x = d[i]
        y = e["d"][-i]
        z = e.get("d")
    return d
