class A:
    def __init__(self):
        raise ValueError(self.__class__.__name__)
    def __del__(self):
        x = 1
def f():
    try:
        A()
    except ValueError as e:
        return e.args
# What only a variable kept alive ends when the variable lets go of it.
#: f()
#  call f 6
#  line f 7
#  line f 8
#    call __init__ 2
#    line __init__ 3
#    raise __init__ 3 ValueError('A')
#  raise f 8 ValueError('A')
#  line f 9
#  line f 10
#    call __del__ 4
#    line __del__ 5
#    return __del__ 5 None
#  return f 10 ('A',)
#= normal
