def g():
    return 1
def f():
    global g
    a = g()
    def g():
        return 2
    return a + g()
#: f()
#  call f 3
#  line f 5
#    call g 1
#    line g 2
#    return g 2 1
#  line f 6
#  line f 8
#    call g 6
#    line g 7
#    return g 7 2
#  return f 8 3
#= normal
