log = []
def f():
    global len
    for i in range(20):
        n = len("abc")
        if i == 10:
            def len(x):
                log.append(x)
                return 0
        m = log
    del globals()["len"]
    return log
