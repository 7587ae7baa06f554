def f():
    xs = [1]
    for x in xs:
        y = x
        if len(xs) < 12:
            xs.append(x + 1)
        z = x
    return xs
