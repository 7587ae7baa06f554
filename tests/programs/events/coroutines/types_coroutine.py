import types
@types.coroutine
def step():
    x = yield 1
    return x
async def f():
    return await step()
def g():
    c = f()
    c.send(None)
    try:
        c.send(5)
    except StopIteration as e:
        return e.value
#: g()
#  call g 8
#  line g 9
#  line g 10
#    call f 6
#    line f 7
#      call step 2
#      line step 4
#      yield step 4 1
#    yield f 7 1
#  line g 11
#  line g 12
#    resume f 7
#      resume step 4
#      line step 5
#      return step 5 5
#    raise f 7 StopIteration(5)
#    return f 7 5
#  raise g 12 StopIteration(5)
#  line g 13
#  line g 14
#  return g 14 5
#= normal
