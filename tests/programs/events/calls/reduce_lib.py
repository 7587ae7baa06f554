import functools, re
def f():
    a = functools.reduce(lambda x, y: x + y, [1, 2, 3])
    return re.sub("a", lambda m: "b", "aa")
#: f()
#  call f 2
#  line f 3
#    call <lambda> 3
#    line <lambda> 3
#    return <lambda> 3 3
#    call <lambda> 3
#    line <lambda> 3
#    return <lambda> 3 6
#  line f 4
#    call <lambda> 4
#    line <lambda> 4
#    return <lambda> 4 'b'
#    call <lambda> 4
#    line <lambda> 4
#    return <lambda> 4 'b'
#  return f 4 'bb'
#= normal
