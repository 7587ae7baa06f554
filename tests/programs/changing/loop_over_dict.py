def f():
    d = {k: [k] for k in range(14)}
    for k, v in d.items():
        v.append(k)
        w = v
        n = k
    for k in d:
        n = d[k]
    return d
