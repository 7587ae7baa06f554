from functools import partial, cache, total_ordering, singledispatch
@total_ordering
class V:
    def __init__(self, x):
        self.x = x
    def __eq__(self, o):
        return self.x == o.x
    def __lt__(self, o):
        return self.x < o.x
@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
@singledispatch
def kind(x):
    return "any"
@kind.register
def _(x: int):
    return "int"
def f():
    return V(1) >= V(2), partial(fib, 3)(), kind(1), kind("")
#: f()
#  call f 19
#  line f 20
#    call __init__ 4
#    line __init__ 5
#    return __init__ 5 None
#    call __init__ 4
#    line __init__ 5
#    return __init__ 5 None
#    call __lt__ 8
#    line __lt__ 9
#    return __lt__ 9 True
#    call fib 10
#    line fib 12
#      call fib 10
#      line fib 12
#        call fib 10
#        line fib 12
#        return fib 12 1
#        call fib 10
#        line fib 12
#        return fib 12 0
#      return fib 12 1
#    return fib 12 2
#    call _ 16
#    line _ 18
#    return _ 18 'int'
#    call kind 13
#    line kind 15
#    return kind 15 'any'
#  return f 20 (False, 2, 'int', 'any')
#= normal
