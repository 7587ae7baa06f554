def f():
    return g(1) + g(2)
def g(x):
    return x
#: f()
#  call f 1
#  line f 2
#    call g 3
#    line g 4
#    return g 4 1
#    call g 3
#    line g 4
#    return g 4 2
#  return f 2 3
#= normal
