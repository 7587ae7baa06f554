def f():
    xs = [1, 2, 3]
    out = []
    for i in range(14):
        try:
            x = i
            y = xs[i]
            z = y + "" if i == 2 else y
        except (IndexError, TypeError) as e:
            w = 1
            out.append(i)
    return out
