def f():
    g = outer()
    next(g)
    g.throw(KeyError("k"))
    return next(g, 3)
def outer():
    yield from inner()
def inner():
    try:
        yield 1
    except KeyError:
        yield 2
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call outer 6
#    line outer 7
#      call inner 8
#      line inner 9
#      line inner 10
#      yield inner 10 1
#    yield outer 7 1
#  line f 4
#    resume inner 10
#    raise inner 10 KeyError('k')
#    line inner 11
#    line inner 12
#    yield inner 12 2
#  line f 5
#    resume outer 7
#      resume inner 12
#      return inner 12 None
#    return outer 7 None
#  return f 5 3
#= normal
