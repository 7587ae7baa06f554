def f(b, a):
    def g(y, x):
        return b, a, y, w
    w = 1
    return g(5, 6)
#: f(1, 2) with scopes
#  call f 1 | b=1, a=2
#  line f 2 | b=1, a=2
#  line f 4 | b=1, a=2, g=<function f.<locals>.g>
#  line f 5 | b=1, a=2, g=<function f.<locals>.g>, w=1
#    call g 2 | y=5, x=6, a=2, b=1, w=1
#    line g 3 | y=5, x=6, a=2, b=1, w=1
#    return g 3 (1, 2, 5, 1) | y=5, x=6, a=2, b=1, w=1
#  return f 5 (1, 2, 5, 1) | b=1, a=2, g=<function f.<locals>.g>, w=1
#= normal
