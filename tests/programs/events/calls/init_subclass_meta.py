class Meta(type):
    def __new__(m, name, bases, ns):
        return super().__new__(m, name, bases, ns)
    def __prepare__(name, bases):
        return {}
    def __call__(cls):
        return super().__call__()
def f():
    class A(metaclass=Meta):
        def __new__(cls):
            return object.__new__(cls)
        def __init_subclass__(cls):
            pass
        def __set_name__(self, o, n):
            pass
    class B(A):
        d = A()
    return B
#: f()
#  call f 8
#  line f 9
#    call __prepare__ 4
#    line __prepare__ 5
#    return __prepare__ 5 {}
#    call A 9
#    line A 9
#    line A 10
#    line A 12
#    line A 14
#    return A 14 None
#    call __new__ 2
#    line __new__ 3
#    return __new__ 3 <class 'f.<locals>.A'>
#  line f 16
#    call __prepare__ 4
#    line __prepare__ 5
#    return __prepare__ 5 {}
#    call B 16
#    line B 16
#    line B 17
#      call __call__ 6
#      line __call__ 7
#        call __new__ 10
#        line __new__ 11
#        return __new__ 11 A()
#      return __call__ 7 A()
#    return B 17 None
#    call __new__ 2
#    line __new__ 3
#      call __set_name__ 14
#      line __set_name__ 15
#      return __set_name__ 15 None
#      call __init_subclass__ 12
#      line __init_subclass__ 13
#      return __init_subclass__ 13 None
#    return __new__ 3 <class 'f.<locals>.B'>
#  line f 18
#  return f 18 <class 'f.<locals>.B'>
#= normal
