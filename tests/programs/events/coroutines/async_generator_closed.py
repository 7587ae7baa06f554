import asyncio
async def ag():
    try:
        yield 1
        yield 2
    finally:
        x = 1
async def f():
    a = ag()
    async for v in a:
        break
    await a.aclose()
    return v
def g():
    return asyncio.run(f())
#: g()
#  call g 14
#  line g 15
#    call f 8
#    line f 9
#    line f 10
#      call ag 2
#      line ag 3
#      line ag 4
#      yield ag 4 <async_generator_wrapped_value object>
#    raise f 10 StopIteration(1)
#    line f 11
#    line f 12
#      resume ag 4
#      raise ag 4 GeneratorExit()
#      line ag 7
#    raise f 12 StopIteration()
#    line f 13
#    return f 13 1
#  return g 15 1
#= normal
