def f():
    g = gen()
    next(g)
    g.close()
def gen():
    try:
        yield 1
    finally:
        x = 1
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call gen 5
#    line gen 6
#    line gen 7
#    yield gen 7 1
#  line f 4
#    resume gen 7
#    raise gen 7 GeneratorExit()
#    line gen 9
#  return f 4 None
#= normal
