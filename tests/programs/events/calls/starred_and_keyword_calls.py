def g(a, *b, c=1, **d):
    return d
def f():
    return g(*[1, 2], **{"e": 5}, c=3)
#: f()
#  call f 3
#  line f 4
#    call g 1
#    line g 2
#    return g 2 {'e': 5}
#  return f 4 {'e': 5}
#= normal
