def f():
    g = gen()
    next(g)
    return g
def gen():
    yield 0
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call gen 5
#    line gen 6
#    yield gen 6 0
#  line f 4
#  return f 4 <generator gen>
#= normal
