def f():
    class A:
        x = 1
        def m(self):
            return self.x
    return A().m()
#: f()
#  call f 1
#  line f 2
#    call A 2
#    line A 2
#    line A 3
#    line A 4
#    return A 4 None
#  line f 6
#    call m 4
#    line m 5
#    return m 5 1
#  return f 6 1
#= normal
