class L:
    log = []
    def __eq__(self, o):
        L.log.append(1)
        return False
    __hash__ = None
def f():
    log = L.log
    xs = [1, [2, (3, L())]]
    for i in range(14):
        y = xs == [1, [2, (3, 4)]]
        z = i
    return log
