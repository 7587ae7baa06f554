def f():
    return (lambda x: x + 1)(2)
#: f()
#  call f 1
#  line f 2
#    call <lambda> 2
#    line <lambda> 2
#    return <lambda> 2 3
#  return f 2 3
#= normal
