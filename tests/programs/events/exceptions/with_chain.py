class M:
    def __init__(self, n):
        self.n = n
    def __enter__(self):
        if self.n == 2:
            raise OSError(2)
    def __exit__(self, kind, error, trace):
        return self.n == 1
def f():
    with M(1), M(2):
        x = 1
    return 2
#: f()
#  call f 9
#  line f 10
#    call __init__ 2
#    line __init__ 3
#    return __init__ 3 None
#    call __enter__ 4
#    line __enter__ 5
#    return __enter__ 5 None
#    call __init__ 2
#    line __init__ 3
#    return __init__ 3 None
#    call __enter__ 4
#    line __enter__ 5
#    line __enter__ 6
#    raise __enter__ 6 OSError(2)
#  raise f 10 OSError(2)
#    call __exit__ 7
#    line __exit__ 8
#    return __exit__ 8 True
#  line f 12
#  return f 12 2
#= normal
