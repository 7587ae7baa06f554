class N:
    def __repr__(self):
        return "N!"
def f():
    n = N()
    return repr(n)
#: f()
#  call f 4
#  line f 5
#  line f 6
#    call __repr__ 2
#    line __repr__ 3
#    return __repr__ 3 'N!'
#  return f 6 'N!'
#= normal
