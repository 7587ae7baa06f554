def gen():
    yield 0
    yield 1
g = gen()
next(g)
def f():
    return next(g)
#: f()
#  call f 6
#  line f 7
#    resume gen 2
#    line gen 3
#    yield gen 3 1
#  return f 7 1
#= normal
