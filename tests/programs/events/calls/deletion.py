def f():
    x = 1
    y = 2
    del x
    x = 3
    return x
#: f()
#  call f 1
#  line f 2
#  line f 3
#  line f 4
#  line f 5
#  line f 6
#  return f 6 3
#= normal
