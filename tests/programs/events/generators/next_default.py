def f():
    g = count()
    next(g)
    return next(g, None)
def count():
    yield 1
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call count 5
#    line count 6
#    yield count 6 1
#  line f 4
#    resume count 6
#    return count 6 None
#  return f 4 None
#= normal
