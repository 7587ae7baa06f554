n = 0
def f():
    global n
    n += 1
    return n
#: f() with scopes
#  call f 2 |
#  line f 4 |
#  line f 5 |
#  return f 5 1 |
#= normal
