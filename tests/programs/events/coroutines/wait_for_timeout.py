import asyncio
async def slow():
    await asyncio.sleep(10)
async def f():
    try:
        await asyncio.wait_for(slow(), 1)
    except asyncio.TimeoutError:
        return 1
def g():
    return asyncio.run(f())
#: g()
#  call g 9
#  line g 10
#    call f 4
#    line f 5
#    line f 6
#    yield f 6 <Future pending>
#    call slow 2
#    line slow 3
#    yield slow 3 <Future pending>
#    resume f 6
#    yield f 6 <Future pending>
#    resume slow 3
#    raise slow 3 CancelledError()
#    resume f 6
#    raise f 6 TimeoutError()
#    line f 7
#    line f 8
#    return f 8 1
#  return g 10 1
#= normal
