def mark(x):
    return x
@mark
class A:
    @staticmethod
    def s():
        return 1
    @classmethod
    def c(cls):
        return cls.s()
    @property
    @mark
    def p(self):
        return 2
def f():
    return A.c() + A().p
#: f()
#  call f 15
#  line f 16
#    call c 8
#    line c 10
#      call s 5
#      line s 7
#      return s 7 1
#    return c 10 1
#    call p 11
#    line p 14
#    return p 14 2
#  return f 16 3
#= normal
