def g(n):
    yield n
    yield n + 1
def f():
    return list(zip(g(1), g(10)))
#: f()
#  call f 4
#  line f 5
#    call g 1
#    line g 2
#    yield g 2 1
#    call g 1
#    line g 2
#    yield g 2 10
#    resume g 2
#    line g 3
#    yield g 3 2
#    resume g 2
#    line g 3
#    yield g 3 11
#    resume g 3
#    return g 3 None
#    resume g 3
#    raise g 3 GeneratorExit()
#  return f 5 [(1, 10), (2, 11)]
#= normal
