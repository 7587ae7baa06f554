def f():
    m = [[0] * 4 for _ in range(4)]
    for r in range(4):
        row = m[r]
        for c in range(4):
            row[c] = r * c
            x = row[c]
            m[c][r] += 1
            y = x + 1
    return m
