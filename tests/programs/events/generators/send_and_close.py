def f():
    g = echo()
    next(g)
    g.send(5)
    g.close()
def echo():
    x = None
    while True:
        x = yield x
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call echo 6
#    line echo 7
#    line echo 8
#    line echo 9
#    yield echo 9 None
#  line f 4
#    resume echo 9
#    line echo 8
#    line echo 9
#    yield echo 9 5
#  line f 5
#    resume echo 9
#    raise echo 9 GeneratorExit()
#  return f 5 None
#= normal
