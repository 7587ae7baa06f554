import sys
def f():
    d = sys._getframe().f_locals
    for i in range(16):
        x = i
        y = x + 1
