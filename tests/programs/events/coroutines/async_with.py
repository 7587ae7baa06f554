import asyncio
class A:
    async def __aenter__(self):
        return self
    async def __aexit__(self, *a):
        await asyncio.sleep(0)
async def f():
    async with A() as a:
        await asyncio.sleep(0)
        raise ValueError(1)
def g():
    try:
        asyncio.run(f())
    except ValueError:
        pass
#: g()
#  call g 11
#  line g 12
#  line g 13
#    call f 7
#    line f 8
#      call __aenter__ 3
#      line __aenter__ 4
#      return __aenter__ 4 A()
#    raise f 8 StopIteration(<prog.A object>)
#    line f 9
#    yield f 9 None
#    resume f 9
#    raise f 9 StopIteration()
#    line f 10
#    raise f 10 ValueError(1)
#    line f 8
#      call __aexit__ 5
#      line __aexit__ 6
#      yield __aexit__ 6 None
#    yield f 8 None
#    resume f 8
#      resume __aexit__ 6
#      raise __aexit__ 6 StopIteration()
#      return __aexit__ 6 None
#    raise f 8 StopIteration()
#  raise g 13 ValueError(1)
#  line g 14
#  line g 15
#  return g 15 None
#= normal
