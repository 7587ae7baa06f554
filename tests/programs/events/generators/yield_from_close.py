def f():
    g = outer()
    next(g)
    g.close()
def outer():
    yield from inner()
def inner():
    yield 1
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call outer 5
#    line outer 6
#      call inner 7
#      line inner 8
#      yield inner 8 1
#    yield outer 6 1
#  line f 4
#    resume inner 8
#    raise inner 8 GeneratorExit()
#    resume outer 6
#    raise outer 6 GeneratorExit()
#  return f 4 None
#= normal
