def f():
    return sorted([2, 1], key=lambda v: -v)
#: f()
#  call f 1
#  line f 2
#    call <lambda> 2
#    line <lambda> 2
#    return <lambda> 2 -2
#    call <lambda> 2
#    line <lambda> 2
#    return <lambda> 2 -1
#  return f 2 [2, 1]
#= normal
