from collections import defaultdict
def f():
    d = defaultdict(int)
    e = [d]
    for i in range(16):
        x = d[i]
        y = i in d
        z = e[0][i + 100]
    return d
