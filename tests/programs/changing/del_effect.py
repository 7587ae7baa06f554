log = []
class D:
    def __del__(self):
        log.append(1)
def f():
    m = log
    x = None
    for i in range(14):
        x = D()
        x = None
        x = [D()]
        x = i
        n = i
    return log
