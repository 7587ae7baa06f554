from collections import deque
def f():
    d = deque([[1], [2]])
    it = iter([d])
    for i in range(14):
        x, = [d]
        y = list(reversed([d]))
        z = sum([[1]], [])
        x.append([i])
        n = i
    return d
