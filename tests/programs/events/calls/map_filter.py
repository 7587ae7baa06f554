def double(x):
    return 2 * x
def f():
    return list(map(double, [1, 2])), max([1], key=double)
#: f()
#  call f 3
#  line f 4
#    call double 1
#    line double 2
#    return double 2 2
#    call double 1
#    line double 2
#    return double 2 4
#    call double 1
#    line double 2
#    return double 2 2
#  return f 4 ([2, 4], 1)
#= normal
