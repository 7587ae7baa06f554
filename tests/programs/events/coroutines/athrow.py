async def ag():
    yield 1
def f():
    a = ag()
    try:
        a.asend(None).send(None)
    except StopIteration:
        pass
    try:
        a.athrow(KeyError).send(None)
    except KeyError:
        return 2
#: f()
#  call f 3
#  line f 4
#  line f 5
#  line f 6
#    call ag 1
#    line ag 2
#    yield ag 2 <async_generator_wrapped_value object>
#  raise f 6 StopIteration(1)
#  line f 7
#  line f 8
#  line f 9
#  line f 10
#    resume ag 2
#    raise ag 2 KeyError()
#  raise f 10 KeyError()
#  line f 11
#  line f 12
#  return f 12 2
#= normal
