import sys
m = sys.modules[__name__]
d = vars(m)
for i in range(16):
    x = i
    y = x + 1
