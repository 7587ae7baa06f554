import asyncio
async def sleeper():
    try:
        await asyncio.sleep(100)
    finally:
        x = 1
async def f():
    t = asyncio.create_task(sleeper())
    await asyncio.sleep(0)
    t.cancel()
    try:
        await t
    except asyncio.CancelledError:
        return t.cancelled()
def g():
    return asyncio.run(f())
#: g()
#  call g 15
#  line g 16
#    call f 7
#    line f 8
#    line f 9
#    yield f 9 None
#    call sleeper 2
#    line sleeper 3
#    line sleeper 4
#    yield sleeper 4 <Future pending>
#    resume f 9
#    raise f 9 StopIteration()
#    line f 10
#    line f 11
#    line f 12
#    yield f 12 <Task cancelling name='Task-2' coro=<sleeper() running at prog.py:4> wait_for=<Future cancelled>>
#    resume sleeper 4
#    raise sleeper 4 CancelledError()
#    line sleeper 6
#    resume f 12
#    raise f 12 CancelledError()
#    line f 13
#    line f 14
#    return f 14 True
#  return g 16 True
#= normal
