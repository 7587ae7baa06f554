import asyncio
async def numbers():
    for n in range(2):
        yield n
        await asyncio.sleep(0)
async def f():
    return [n async for n in numbers()]
def g():
    return asyncio.run(f())
#: g()
#  call g 8
#  line g 9
#    call f 6
#    line f 7
#      call <listcomp> 7
#      line <listcomp> 7
#        call numbers 2
#        line numbers 3
#        line numbers 4
#        yield numbers 4 <async_generator_wrapped_value object>
#      raise <listcomp> 7 StopIteration(0)
#      line <listcomp> 7
#        resume numbers 4
#        line numbers 5
#        yield numbers 5 None
#      yield <listcomp> 7 None
#    yield f 7 None
#    resume f 7
#      resume <listcomp> 7
#        resume numbers 5
#        raise numbers 5 StopIteration()
#        line numbers 3
#        line numbers 4
#        yield numbers 4 <async_generator_wrapped_value object>
#      raise <listcomp> 7 StopIteration(1)
#      line <listcomp> 7
#        resume numbers 4
#        line numbers 5
#        yield numbers 5 None
#      yield <listcomp> 7 None
#    yield f 7 None
#    resume f 7
#      resume <listcomp> 7
#        resume numbers 5
#        raise numbers 5 StopIteration()
#        line numbers 3
#        return numbers 3 None
#      raise <listcomp> 7 StopAsyncIteration()
#      return <listcomp> 7 [0, 1]
#    raise f 7 StopIteration([0, 1])
#    return f 7 [0, 1]
#  return g 9 [0, 1]
#= normal
