d = globals()
for i in range(12):
    x = i
    y = x
