xs = [3, 1, 2]
ys = xs
for i in range(16):
    n = len(xs)
    xs.append(i)
    m = n + 1
    zs = sorted(ys)
    zs[0] = m
    del m
    k = sum(xs)
    q = max(xs)
