import asyncio
async def numbers():
    yield 1
async def f():
    async for n in numbers():
        x = n
    return x
def g():
    return asyncio.run(f())
#: g()
#  call g 8
#  line g 9
#    call f 4
#    line f 5
#      call numbers 2
#      line numbers 3
#      yield numbers 3 <async_generator_wrapped_value object>
#    raise f 5 StopIteration(1)
#    line f 6
#    line f 5
#      resume numbers 3
#      return numbers 3 None
#    raise f 5 StopAsyncIteration()
#    line f 7
#    return f 7 1
#  return g 9 1
#= normal
