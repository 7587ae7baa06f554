d = [vars()]
for i in range(12):
    x = i
