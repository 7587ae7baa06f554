def f():
    g = gen()
    next(g)
    try:
        g.close()
    except RuntimeError as e:
        return str(e)
def gen():
    try:
        yield 1
    except GeneratorExit:
        yield None
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call gen 8
#    line gen 9
#    line gen 10
#    yield gen 10 1
#  line f 4
#  line f 5
#    resume gen 10
#    raise gen 10 GeneratorExit()
#    line gen 11
#    line gen 12
#    yield gen 12 None
#  raise f 5 RuntimeError('generator ignored GeneratorExit')
#  line f 6
#  line f 7
#  return f 7 'generator ignored GeneratorExit'
#  resume gen 12
#  raise gen 12 GeneratorExit()
#= normal
