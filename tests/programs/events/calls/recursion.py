def f(n):
    return 1 if n == 0 else n * f(n - 1)
#: f(2)
#  call f 1
#  line f 2
#    call f 1
#    line f 2
#      call f 1
#      line f 2
#      return f 2 1
#    return f 2 1
#  return f 2 2
#= normal
