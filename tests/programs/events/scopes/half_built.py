class A:
    def __init__(self):
        self.x = 1
    def __repr__(self):
        return f"A({self.x})"
def f():
    return A()
#: f() with scopes
#  call f 6 |
#  line f 7 |
#    call __init__ 2 | self=<AttributeError in __repr__>
#    line __init__ 3 | self=<AttributeError in __repr__>
#    return __init__ 3 None | self=A(1)
#  return f 7 A(1) |
#= normal
