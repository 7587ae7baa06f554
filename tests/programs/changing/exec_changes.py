def f():
    ns = {"x": [1]}
    x = ns["x"]
    for i in range(14):
        exec("x.append(1)", ns)
        n = i
        eval("x.append(2)", ns)
        m = i
    return x
