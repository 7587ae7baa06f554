log = []
class D:
    def __del__(self):
        log.append(1)
def f():
    m = log
    for i in range(14):
        x = iter([D(), D()])
        x = i
        n = i
    return log
