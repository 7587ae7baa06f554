def f():
    while (n := len("ab")) < 1:
        pass
    return [y := 1, y]
#: f()
#  call f 1
#  line f 2
#  line f 4
#  return f 4 [1, 1]
#= normal
