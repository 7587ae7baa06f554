import asyncio
async def bad():
    raise KeyError("k")
async def good():
    await asyncio.sleep(5)
async def f():
    n = 0
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(good())
            tg.create_task(bad())
    except* KeyError as e:
        n = len(e.exceptions)
    return n
def g():
    return asyncio.run(f())
#: g()
#  call g 15
#  line g 16
#    call f 6
#    line f 7
#    line f 8
#    line f 9
#    raise f 9 StopIteration(<TaskGroup entered>)
#    line f 10
#    line f 11
#    line f 9
#    yield f 9 <Future pending>
#    call good 4
#    line good 5
#    yield good 5 <Future pending>
#    call bad 2
#    line bad 3
#    raise bad 3 KeyError('k')
#    resume good 5
#    raise good 5 CancelledError()
#    resume f 9
#    raise f 9 ExceptionGroup('unhandled errors in a TaskGroup', [KeyError('k')])
#    line f 12
#    line f 13
#    line f 14
#    return f 14 1
#  return g 16 1
#= normal
