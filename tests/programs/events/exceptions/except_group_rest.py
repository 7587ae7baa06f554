def f():
    try:
        g()
    except ExceptionGroup:
        return 1
def g():
    try:
        raise ExceptionGroup("g", [KeyError(1), ValueError(2)])
    except* KeyError:
        x = 1
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call g 6
#    line g 7
#    line g 8
#    raise g 8 ExceptionGroup('g', [KeyError(1), ValueError(2)])
#    line g 9
#    line g 10
#  raise f 3 ExceptionGroup('g', [ValueError(2)])
#  line f 4
#  line f 5
#  return f 5 1
#= normal
