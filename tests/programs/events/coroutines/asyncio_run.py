import asyncio
async def child(n):
    await asyncio.sleep(n)
    return n
async def f():
    return await asyncio.gather(child(2), child(1))
def g():
    return asyncio.run(f())
#: g()
#  call g 7
#  line g 8
#    call f 5
#    line f 6
#    yield f 6 <_GatheringFuture pending>
#    call child 2
#    line child 3
#    yield child 3 <Future pending>
#    call child 2
#    line child 3
#    yield child 3 <Future pending>
#    resume child 3
#    raise child 3 StopIteration()
#    line child 4
#    return child 4 1
#    resume child 3
#    raise child 3 StopIteration()
#    line child 4
#    return child 4 2
#    resume f 6
#    raise f 6 StopIteration([2, 1])
#    return f 6 [2, 1]
#  return g 8 [2, 1]
#= normal
