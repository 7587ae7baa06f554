class N:
    log = []
    def __add__(self, o):
        N.log.append(o)
        return 1
g = 1
def f():
    global g
    log = N.log
    for i in range(20):
        x = i + i
        if i == 9:
            g = N()
        x = g + i
        y = i
    return log
