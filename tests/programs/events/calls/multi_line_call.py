def f():
    x = g(
        1,
        g(2, 3),
    )
    return x
def g(a, b):
    return a
#: f()
#  call f 1
#  line f 2
#  line f 3
#  line f 4
#    call g 7
#    line g 8
#    return g 8 2
#  line f 2
#    call g 7
#    line g 8
#    return g 8 1
#  line f 6
#  return f 6 1
#= normal
