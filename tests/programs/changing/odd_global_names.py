d = globals()
for i in range(14):
    d[i] = i
    n = i
    d["a b"] = n
    m = i
