import asyncio
async def bad():
    await asyncio.sleep(0)
    raise KeyError("k")
async def f():
    t = asyncio.ensure_future(bad())
    try:
        await t
    except KeyError:
        return 1
def g():
    return asyncio.run(f())
#: g()
#  call g 11
#  line g 12
#    call f 5
#    line f 6
#    line f 7
#    line f 8
#    yield f 8 <Task pending name='Task-2' coro=<bad() running at prog.py:2>>
#    call bad 2
#    line bad 3
#    yield bad 3 None
#    resume bad 3
#    raise bad 3 StopIteration()
#    line bad 4
#    raise bad 4 KeyError('k')
#    resume f 8
#    raise f 8 KeyError('k')
#    line f 9
#    line f 10
#    return f 10 1
#  return g 12 1
#= normal
