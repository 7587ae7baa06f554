async def co():
    return 1
def f():
    c = co()
    del c
    return 0
#: f()
#  call f 3
#  line f 4
#  line f 5
#  line f 6
#  return f 6 0
#= normal
