from collections import OrderedDict
def f():
    d = OrderedDict((k, 0) for k in "abcdefghij")
    e = [d]
    for i in range(12):
        d.move_to_end("abc"[i % 3])
        d.move_to_end("j", last=False)
    return d
