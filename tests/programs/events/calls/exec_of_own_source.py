def f():
    exec("def h(x):\n    return k(x)\n", globals())
    return h(1)
def k(x):
    return x
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call k 4
#    line k 5
#    return k 5 1
#  return f 3 1
#= normal
