def f():
    return list(g(x) for x in (1, 2))
def g(x):
    return -x
#: f()
#  call f 1
#  line f 2
#    call <genexpr> 2
#    line <genexpr> 2
#      call g 3
#      line g 4
#      return g 4 -1
#    yield <genexpr> 2 -1
#    resume <genexpr> 2
#    line <genexpr> 2
#      call g 3
#      line g 4
#      return g 4 -2
#    yield <genexpr> 2 -2
#    resume <genexpr> 2
#    line <genexpr> 2
#    return <genexpr> 2 None
#  return f 2 [-1, -2]
#= normal
