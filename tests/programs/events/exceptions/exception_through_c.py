def f():
    try:
        sorted([1, 2], key=k)
    except KeyError:
        return 1
def k(x):
    raise KeyError(x)
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call k 6
#    line k 7
#    raise k 7 KeyError(1)
#  raise f 3 KeyError(1)
#  line f 4
#  line f 5
#  return f 5 1
#= normal
