def f(n):
    a = [x * n for x in (1, 2)]
    b = {x for x in "a"}
    c = {x: y for x, y in [(1, 2)] if y}
    return a
#: f(3)
#  call f 1
#  line f 2
#    call <listcomp> 2
#    line <listcomp> 2
#    line <listcomp> 2
#    line <listcomp> 2
#    return <listcomp> 2 [3, 6]
#  line f 3
#    call <setcomp> 3
#    line <setcomp> 3
#    line <setcomp> 3
#    return <setcomp> 3 {'a'}
#  line f 4
#    call <dictcomp> 4
#    line <dictcomp> 4
#    line <dictcomp> 4
#    return <dictcomp> 4 {1: 2}
#  line f 5
#  return f 5 [3, 6]
#= normal
