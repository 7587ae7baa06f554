import types, sys
class M(types.ModuleType):
    log = []
    def __getattr__(self, n):
        self.log.append(n)
        return 1
m = M("m")
def f():
    log = m.log
    for i in range(14):
        x = m.anything
        n = i
    return log
