from collections import Counter
def f():
    c = Counter("abracadabra")
    for i in range(12):
        c["a"] -= 1
        c.update("b")
        x = c["nothing"]
    return c
