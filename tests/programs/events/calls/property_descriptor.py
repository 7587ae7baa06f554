class A:
    @property
    def p(self):
        return 1
    def __getattr__(self, n):
        return n
    def __getitem__(self, i):
        if i > 1:
            raise IndexError
        return i
    def __call__(self):
        return 2
    def __len__(self):
        return 0
    def __contains__(self, x):
        return False
def f():
    a = A()
    a.p
    a.q
    [*a]
    a()
    if a:
        pass
    return 1 in a
#: f()
#  call f 17
#  line f 18
#  line f 19
#    call p 2
#    line p 4
#    return p 4 1
#  line f 20
#    call __getattr__ 5
#    line __getattr__ 6
#    return __getattr__ 6 'q'
#  line f 21
#    call __len__ 13
#    line __len__ 14
#    return __len__ 14 0
#    call __getitem__ 7
#    line __getitem__ 8
#    line __getitem__ 10
#    return __getitem__ 10 0
#    call __getitem__ 7
#    line __getitem__ 8
#    line __getitem__ 10
#    return __getitem__ 10 1
#    call __getitem__ 7
#    line __getitem__ 8
#    line __getitem__ 9
#    raise __getitem__ 9 IndexError()
#  line f 22
#    call __call__ 11
#    line __call__ 12
#    return __call__ 12 2
#  line f 23
#    call __len__ 13
#    line __len__ 14
#    return __len__ 14 0
#  line f 25
#    call __contains__ 15
#    line __contains__ 16
#    return __contains__ 16 False
#  return f 25 False
#= normal
