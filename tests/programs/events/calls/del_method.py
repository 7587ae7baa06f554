class A:
    def __del__(self):
        x = 1
def f():
    A()
    a = A()
    b = [A()]
    b.clear()
    return 0
#: f()
#  call f 4
#  line f 5
#    call __del__ 2
#    line __del__ 3
#    return __del__ 3 None
#  line f 6
#  line f 7
#  line f 8
#    call __del__ 2
#    line __del__ 3
#    return __del__ 3 None
#  line f 9
#  return f 9 0
#  call __del__ 2
#  line __del__ 3
#  return __del__ 3 None
#= normal
