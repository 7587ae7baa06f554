log = []
class len:
    def __init__(self, x):
        log.append(x)
def f():
    m = log
    for i in range(14):
        n = len(i)
    return log
