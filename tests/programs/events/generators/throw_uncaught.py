def f():
    g = gen()
    next(g)
    try:
        g.throw(KeyError("k"))
    except KeyError:
        pass
def gen():
    yield 1
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call gen 8
#    line gen 9
#    yield gen 9 1
#  line f 4
#  line f 5
#    resume gen 9
#    raise gen 9 KeyError('k')
#  raise f 5 KeyError('k')
#  line f 6
#  line f 7
#  return f 7 None
#= normal
