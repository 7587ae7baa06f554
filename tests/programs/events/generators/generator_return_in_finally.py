def g():
    try:
        yield 1
    finally:
        return 2
def f():
    a = g()
    next(a)
    a.close()
    return 3
#: f()
#  call f 6
#  line f 7
#  line f 8
#    call g 1
#    line g 2
#    line g 3
#    yield g 3 1
#  line f 9
#    resume g 3
#    raise g 3 GeneratorExit()
#    line g 5
#    return g 5 2
#  line f 10
#  return f 10 3
#= normal
