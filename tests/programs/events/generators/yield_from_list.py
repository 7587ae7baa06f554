def f():
    return list(outer())
def outer():
    yield from [1, 2]
#: f()
#  call f 1
#  line f 2
#    call outer 3
#    line outer 4
#    yield outer 4 1
#    resume outer 4
#    yield outer 4 2
#    resume outer 4
#    return outer 4 None
#  return f 2 [1, 2]
#= normal
