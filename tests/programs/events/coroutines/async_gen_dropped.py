import asyncio
async def numbers():
    try:
        yield 1
        yield 2
    finally:
        x = 1
async def f():
    async for n in numbers():
        break
    return n
def g():
    return asyncio.run(f())
#: g()
#  call g 12
#  line g 13
#    call f 8
#    line f 9
#      call numbers 2
#      line numbers 3
#      line numbers 4
#      yield numbers 4 <async_generator_wrapped_value object>
#    raise f 9 StopIteration(1)
#    line f 10
#    line f 11
#    return f 11 1
#    resume numbers 4
#    raise numbers 4 CancelledError()
#    line numbers 7
#  return g 13 1
#= normal
