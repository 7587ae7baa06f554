def g(x):
    return x
def f():
    exec("y = 1\ny = g(y)", globals())
    return eval("g(2)")
#: f()
#  call f 3
#  line f 4
#    call g 1
#    line g 2
#    return g 2 1
#  line f 5
#    call g 1
#    line g 2
#    return g 2 2
#  return f 5 2
#= normal
