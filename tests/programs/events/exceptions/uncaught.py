def f():
    g()
def g():
    1 / 0
#: f()
#  call f 1
#  line f 2
#    call g 3
#    line g 4
#    raise g 4 ZeroDivisionError('division by zero')
#  raise f 2 ZeroDivisionError('division by zero')
#= error
