class A:
    def __await__(self):
        x = yield 1
        return x
async def f():
    return await A()
def g():
    c = f()
    c.send(None)
    try:
        c.send(5)
    except StopIteration as e:
        return e.value
#: g()
#  call g 7
#  line g 8
#  line g 9
#    call f 5
#    line f 6
#      call __await__ 2
#      line __await__ 3
#      yield __await__ 3 1
#    yield f 6 1
#  line g 10
#  line g 11
#    resume f 6
#      resume __await__ 3
#      line __await__ 4
#      return __await__ 4 5
#    raise f 6 StopIteration(5)
#    return f 6 5
#  raise g 11 StopIteration(5)
#  line g 12
#  line g 13
#  return g 13 5
#= normal
