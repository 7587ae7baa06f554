log = []
for i in range(20):
    n = len("ab")
    m = i
    if i == 10:
        def len(x):
            log.append(x)
            return 0
