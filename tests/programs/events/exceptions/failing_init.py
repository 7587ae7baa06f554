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
# What only a variable kept alive ends when the interpreter refreshes its view of the variables,
# for the trace function: nobody hears of what runs then.
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
#  return f 10 ('A',)
#= normal
