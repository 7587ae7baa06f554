def f():
    try:
        g()
    except ValueError as e:
        return str(e)
def g():
    try:
        int("x")
    except ValueError:
        raise
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call g 6
#    line g 7
#    line g 8
#    raise g 8 ValueError("invalid literal for int() with base 10: 'x'")
#    line g 9
#    line g 10
#  raise f 3 ValueError("invalid literal for int() with base 10: 'x'")
#  line f 4
#  line f 5
#  return f 5 "invalid literal for int() with base 10: 'x'"
#= normal
