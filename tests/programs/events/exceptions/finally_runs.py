def f():
    try:
        g()
    finally:
        a = 1
def g():
    try:
        return 1
    finally:
        b = 2
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call g 6
#    line g 7
#    line g 8
#    line g 10
#    return g 10 1
#  line f 5
#  return f 5 None
#= normal
