def f():
    try:
        g()
    except KeyError:
        return 1
def g():
    h()
def h():
    raise KeyError("k")
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call g 6
#    line g 7
#      call h 8
#      line h 9
#      raise h 9 KeyError('k')
#    raise g 7 KeyError('k')
#  raise f 3 KeyError('k')
#  line f 4
#  line f 5
#  return f 5 1
#= normal
