def f(x):
    if x and \
            x > 1:
        return (
            x +
            1
        )
    elif x:
        y = 1; z = 2
    return 0
#: f(2)
#  call f 1
#  line f 2
#  line f 3
#  line f 5
#  line f 6
#  line f 5
#  line f 4
#  return f 4 3
#= normal
