def f():
    g = gen()
    next(g)
    g = None
    return 0
def gen():
    yield 0
# What only a variable kept alive ends when the variable lets go of it.
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call gen 6
#    line gen 7
#    yield gen 7 0
#  line f 4
#    resume gen 7
#    raise gen 7 GeneratorExit()
#  line f 5
#  return f 5 0
#= normal
