def f(p, *q, k=1, **r):
    z = 1
    def g():
        return p, w
    w = 2
    a = 3
    b = [p for _ in (1,)]
    return a
#: f(0) with scopes
#  call f 1 | p=0, k=1, q=(), r={}
#  line f 2 | p=0, k=1, q=(), r={}
#  line f 3 | p=0, k=1, q=(), r={}, z=1
#  line f 5 | p=0, k=1, q=(), r={}, z=1, g=<function f.<locals>.g>
#  line f 6 | p=0, k=1, q=(), r={}, z=1, g=<function f.<locals>.g>, w=2
#  line f 7 | p=0, k=1, q=(), r={}, z=1, g=<function f.<locals>.g>, a=3, w=2
#    call <listcomp> 7 | .0=<tuple_iterator object>, p=0
#    line <listcomp> 7 | .0=<tuple_iterator object>, p=0
#    line <listcomp> 7 | .0=<tuple_iterator object>, _=1, p=0
#    return <listcomp> 7 [0] | .0=<tuple_iterator object>, _=1, p=0
#  line f 8 | p=0, k=1, q=(), r={}, z=1, g=<function f.<locals>.g>, a=3, b=[0], w=2
#  return f 8 3 | p=0, k=1, q=(), r={}, z=1, g=<function f.<locals>.g>, a=3, b=[0], w=2
#= normal
