async def ag():
    x = yield 1
    yield x
def f():
    a = ag()
    r = []
    for s in (None, 5):
        try:
            a.asend(s).send(None)
        except StopIteration as e:
            r.append(e.value)
    return r
#: f()
#  call f 4
#  line f 5
#  line f 6
#  line f 7
#  line f 8
#  line f 9
#    call ag 1
#    line ag 2
#    yield ag 2 <async_generator_wrapped_value object>
#  raise f 9 StopIteration(1)
#  line f 10
#  line f 11
#  line f 7
#  line f 8
#  line f 9
#    resume ag 2
#    line ag 3
#    yield ag 3 <async_generator_wrapped_value object>
#  raise f 9 StopIteration(5)
#  line f 10
#  line f 11
#  line f 7
#  line f 12
#  return f 12 [1, 5]
#  resume ag 3
#  raise ag 3 GeneratorExit()
#= normal
