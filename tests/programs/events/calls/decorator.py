def deco(g):
    def inner(*a):
        return g(*a)
    return inner
def f():
    return h(1)
@deco
@deco
def h(x):
    return x
#: f()
#  call f 5
#  line f 6
#    call inner 2
#    line inner 3
#      call inner 2
#      line inner 3
#        call h 7
#        line h 10
#        return h 10 1
#      return inner 3 1
#    return inner 3 1
#  return f 6 1
#= normal
