def f():
    return list(g(2))
def g(n):
    for i in range(n):
        yield i
#: f() with scopes
#  call f 1 |
#  line f 2 |
#    call g 3 | n=2
#    line g 4 | n=2
#    line g 5 | n=2, i=0
#    yield g 5 0 | n=2, i=0
#    resume g 5 | n=2, i=0
#    line g 4 | n=2, i=0
#    line g 5 | n=2, i=1
#    yield g 5 1 | n=2, i=1
#    resume g 5 | n=2, i=1
#    line g 4 | n=2, i=1
#    return g 4 None | n=2, i=1
#  return f 2 [0, 1] |
#= normal
