def f(x):
    assert x, "no"
#: f(0)
#  call f 1
#  line f 2
#  raise f 2 AssertionError('no')
#= error
