class A:
    def m(self):
        return super().__hash__() * 0
def f():
    return A().m()
#: f() with scopes
#  call f 4 |
#  line f 5 |
#    call m 2 | self=A(), __class__=<class 'A'>
#    line m 3 | self=A(), __class__=<class 'A'>
#    return m 3 0 | self=A(), __class__=<class 'A'>
#  return f 5 0 |
#= normal
