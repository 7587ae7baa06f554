d = globals()
for i in range(16):
    x = i
