def walk(n):
    if n:
        yield from walk(n - 1)
        yield n
def f():
    return list(walk(2))
#: f()
#  call f 5
#  line f 6
#    call walk 1
#    line walk 2
#    line walk 3
#      call walk 1
#      line walk 2
#      line walk 3
#        call walk 1
#        line walk 2
#        return walk 2 None
#      line walk 4
#      yield walk 4 1
#    yield walk 3 1
#    resume walk 3
#      resume walk 4
#      return walk 4 None
#    line walk 4
#    yield walk 4 2
#    resume walk 4
#    return walk 4 None
#  return f 6 [1, 2]
#= normal
