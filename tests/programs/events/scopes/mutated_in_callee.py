def f():
    a = [1]
    b = (a,)
    g(a)
    return b
def g(x):
    x.append(2)
#: f() with scopes
#  call f 1 |
#  line f 2 |
#  line f 3 | a=[1]
#  line f 4 | a=[1], b=([1],)
#    call g 6 | x=[1]
#    line g 7 | x=[1]
#    return g 7 None | x=[1, 2]
#  line f 5 | a=[1, 2], b=([1, 2],)
#  return f 5 ([1, 2],) | a=[1, 2], b=([1, 2],)
#= normal
