def f():
    g = outer()
    next(g)
    try:
        g.throw(KeyError("k"))
    except KeyError:
        return 1
def outer():
    yield from inner()
def inner():
    yield 1
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call outer 8
#    line outer 9
#      call inner 10
#      line inner 11
#      yield inner 11 1
#    yield outer 9 1
#  line f 4
#  line f 5
#    resume inner 11
#    raise inner 11 KeyError('k')
#    resume outer 9
#    raise outer 9 KeyError('k')
#  raise f 5 KeyError('k')
#  line f 6
#  line f 7
#  return f 7 1
#= normal
