def f():
    o = __import__("collections").OrderedDict
    d = o.fromkeys("abcdefgh")
    for i in range(12):
        k, v = d.popitem(last=False)
        d[k] = v
        d.move_to_end(k, last=i % 2)
    return d
