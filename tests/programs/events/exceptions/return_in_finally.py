def f():
    try:
        g()
    finally:
        return 1
def g():
    raise KeyError
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call g 6
#    line g 7
#    raise g 7 KeyError()
#  raise f 3 KeyError()
#  line f 5
#  return f 5 1
#= normal
