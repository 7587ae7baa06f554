def f():
    g = gen()
    next(g)
    return g.throw(KeyError)
def gen():
    try:
        yield 1
    except KeyError:
        yield 2
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
#    raise gen 7 KeyError()
#    line gen 8
#    line gen 9
#    yield gen 9 2
#  return f 4 2
#  resume gen 9
#  raise gen 9 GeneratorExit()
#= normal
