log = []
def spy(x):
    log.append(x)
    return 0
for i in range(20):
    n = len("ab")
    m = i
    if i == 10:
        len = spy
    if i == 13:
        del len
