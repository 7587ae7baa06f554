def f():
    add = lambda a, b=[]: (lambda c: a + c)
    return add(1)(2)
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call <lambda> 2
#    line <lambda> 2
#    return <lambda> 2 <function f.<locals>.<lambda>.<locals>.<lambda>>
#    call <lambda> 2
#    line <lambda> 2
#    return <lambda> 2 3
#  return f 3 3
#= normal
