def f():
    c = co()
    try:
        c.send(None)
    except StopIteration as e:
        return e.value
async def co():
    return await other()
async def other():
    return 7
#: f()
#  call f 1
#  line f 2
#  line f 3
#  line f 4
#    call co 7
#    line co 8
#      call other 9
#      line other 10
#      return other 10 7
#    raise co 8 StopIteration(7)
#    return co 8 7
#  raise f 4 StopIteration(7)
#  line f 5
#  line f 6
#  return f 6 7
#= normal
