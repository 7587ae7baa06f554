def f():
    n = 0
    def bump(by):
        nonlocal n
        n += by
        return n
    z = bump(1)
    return bump
#: f()
#  call f 1
#  line f 2
#  line f 3
#  line f 7
#    call bump 3
#    line bump 5
#    line bump 6
#    return bump 6 1
#  line f 8
#  return f 8 <function f.<locals>.bump>
#= normal
