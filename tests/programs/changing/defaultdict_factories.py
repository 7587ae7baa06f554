from collections import defaultdict
def f():
    d = defaultdict(int, {k: k for k in range(14)})
    for factory in (int, list, None, float, lambda: 3, int, str):
        d.default_factory = factory
        try:
            d[100]
        except KeyError:
            pass
        d.pop(100, None)
    return d
