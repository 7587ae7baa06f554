def f():
    return list(outer())
def outer():
    yield (yield from inner())
def inner():
    yield None
#: f()
#  call f 1
#  line f 2
#    call outer 3
#    line outer 4
#      call inner 5
#      line inner 6
#      yield inner 6 None
#    yield outer 4 None
#    resume outer 4
#      resume inner 6
#      return inner 6 None
#    yield outer 4 None
#    resume outer 4
#    return outer 4 None
#  return f 2 [None, None]
#= normal
