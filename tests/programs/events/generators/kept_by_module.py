kept = []
def f():
    g = gen()
    kept.append(g)
    next(g)
    return 0
def gen():
    yield 0
#: f()
#  call f 2
#  line f 3
#  line f 4
#  line f 5
#    call gen 7
#    line gen 8
#    yield gen 8 0
#  line f 6
#  return f 6 0
#= normal
