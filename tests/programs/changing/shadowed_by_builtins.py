import builtins
log = []
def f():
    real = builtins.oct
    m = log
    for i in range(20):
        n = oct(8)
        if i == 10:
            builtins.oct = log.append
        y = i
    builtins.oct = real
    return log
