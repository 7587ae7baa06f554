__n__ = 0
for i in range(12):
    x = __n__
    __n__ = i
    y = __n__ + 1
