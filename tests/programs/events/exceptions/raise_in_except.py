def f():
    try:
        g()
    except RuntimeError as e:
        raise
def g():
    try:
        {}["k"]
    except KeyError as e:
        raise RuntimeError("r") from None
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call g 6
#    line g 7
#    line g 8
#    raise g 8 KeyError('k')
#    line g 9
#    line g 10
#    raise g 10 RuntimeError('r')
#  raise f 3 RuntimeError('r')
#  line f 4
#  line f 5
#= error
