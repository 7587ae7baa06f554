from collections import deque
def f():
    d = deque(range(14), 9)
    e = deque([1] * 9)
    for i in range(16):
        d.append(i)
        e.rotate(1)
        d = deque(d, 9 + i % 3)
        e[0] = True
        e[0] = 1
    return d
