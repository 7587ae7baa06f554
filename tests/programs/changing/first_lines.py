import functools
log = [0]
class Odd:
    def __init__(self, held):
        self.held = held
    def __repr__(self):
        self.held[:] = [7]
        return "Odd"
    def __del__(self):
        log[0] += 1
def change(log, more=None):
    log.append(1); del log[3:]
    more = [log]
    def inner(k, *rest, **named):
        more.append(k)
        return (lambda: log.append(k))()
    inner(1, 2, three=log)
    inner(2)
    return [x for x in more if log.append(x) is None]
def recursive(held, depth):
    held.append(depth)
    if depth: recursive(held, depth - 1)
    held.pop()
    return held
@functools.lru_cache(None)
def cached(n):
    return n if n < 2 else cached(n - 1) + cached(n - 2)
one = lambda odd, held: held.append(len(held))
def loop(held):
    while len(held) < 6: held.append(0)
    return held
def f():
    held = [1]
    for k in range(3):
        one(Odd(held), held)
        change(log)
        recursive(held, 3)
        sorted(held, key=lambda item: held.__len__() + item)
        cached(k + 3)
        loop(held)
        del held[2:]
    return held, log
