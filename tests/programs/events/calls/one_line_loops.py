def f(n):
    x = 0
    for i in range(n): x += i
    while x: x -= 1
    return x
#: f(2)
#  call f 1
#  line f 2
#  line f 3
#  line f 3
#  line f 3
#  line f 4
#  line f 5
#  return f 5 0
#= normal
