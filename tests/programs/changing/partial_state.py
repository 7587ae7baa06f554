from functools import partial, lru_cache, cached_property
class A:
    @cached_property
    def c(self):
        return [1]
def f():
    xs = []
    p = partial(print, xs)
    a = A()
    for i in range(14):
        xs.append(i)
        n = i
        a.c.append(n)
        m = i
    return p
