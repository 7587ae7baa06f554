def f():
    return list(outer())
def outer():
    x = yield from inner()
    yield x
def inner():
    yield 1
    return 2
#: f()
#  call f 1
#  line f 2
#    call outer 3
#    line outer 4
#      call inner 6
#      line inner 7
#      yield inner 7 1
#    yield outer 4 1
#    resume outer 4
#      resume inner 7
#      line inner 8
#      return inner 8 2
#    raise outer 4 StopIteration(2)
#    line outer 5
#    yield outer 5 2
#    resume outer 5
#    return outer 5 None
#  return f 2 [1, 2]
#= normal
