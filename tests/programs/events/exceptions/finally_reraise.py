def f():
    try:
        g()
    except ValueError:
        pass
    return 0
def g():
    try:
        raise ValueError
    finally:
        h()
def h():
    return 5
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call g 7
#    line g 8
#    line g 9
#    raise g 9 ValueError()
#    line g 11
#      call h 12
#      line h 13
#      return h 13 5
#  raise f 3 ValueError()
#  line f 4
#  line f 5
#  line f 6
#  return f 6 0
#= normal
