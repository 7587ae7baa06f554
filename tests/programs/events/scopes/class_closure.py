def f(n):
    class A:
        x = n
        n = 3
        def m(self):
            return __class__
    return A
#: f(1) with scopes
#  call f 1 | n=1
#  line f 2 | n=1
#    call A 2 |
#    line A 2 |
#    line A 3 |
#    raise A 3 NameError("name 'n' is not defined") |
#  raise f 2 NameError("name 'n' is not defined") | n=1
#= error
