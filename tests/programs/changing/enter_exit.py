class M:
    def __init__(self): self.n = [0]
    def __enter__(self): self.n[0] += 1; return self
    def __exit__(self, *a): self.n[0] -= 1
def f():
    m = M()
    n = m.n
    for i in range(12):
        with m:
            x = i
            y = x
        z = y
    return n
