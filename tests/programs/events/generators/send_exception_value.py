def g():
    while True:
        try:
            x = yield
        except ValueError as e:
            x = e
def f():
    a = g()
    a.send(None)
    a.throw(ValueError(1))
    a.send(2)
#: f()
#  call f 7
#  line f 8
#  line f 9
#    call g 1
#    line g 2
#    line g 3
#    line g 4
#    yield g 4 None
#  line f 10
#    resume g 4
#    raise g 4 ValueError(1)
#    line g 5
#    line g 6
#    line g 2
#    line g 3
#    line g 4
#    yield g 4 None
#  line f 11
#    resume g 4
#    line g 2
#    line g 3
#    line g 4
#    yield g 4 None
#  return f 11 None
#  resume g 4
#  raise g 4 GeneratorExit()
#  line g 5
#= normal
