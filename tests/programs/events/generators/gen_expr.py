def f():
    return sum(x * x for x in (1, 2))
#: f()
#  call f 1
#  line f 2
#    call <genexpr> 2
#    line <genexpr> 2
#    yield <genexpr> 2 1
#    resume <genexpr> 2
#    line <genexpr> 2
#    yield <genexpr> 2 4
#    resume <genexpr> 2
#    line <genexpr> 2
#    return <genexpr> 2 None
#  return f 2 5
#= normal
