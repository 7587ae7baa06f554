def f(x):
    assert (
        x
        > 1
    ), "small"
    return x
#: f(2)
#  call f 1
#  line f 3
#  line f 4
#  line f 3
#  line f 6
#  return f 6 2
#= normal
