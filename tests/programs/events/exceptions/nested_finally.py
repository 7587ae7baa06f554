def f():
    try:
        g(0)
    except ZeroDivisionError as e:
        return type(e.__context__).__name__
def g(x):
    try:
        try:
            [][1]
        finally:
            1 / x
    finally:
        y = 1
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call g 6
#    line g 7
#    line g 8
#    line g 9
#    raise g 9 IndexError('list index out of range')
#    line g 11
#    raise g 11 ZeroDivisionError('division by zero')
#    line g 13
#  raise f 3 ZeroDivisionError('division by zero')
#  line f 4
#  line f 5
#  return f 5 'IndexError'
#= normal
