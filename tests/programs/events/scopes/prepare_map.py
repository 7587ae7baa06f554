from collections import UserDict
class Meta(type):
    def __prepare__(name, bases):
        return UserDict()
    def __new__(m, name, bases, ns):
        return type.__new__(m, name, bases, dict(ns))
class A(metaclass=Meta):
    b = 1
#: script with scopes
#  call <module> 0 |
#  line <module> 1 |
#  line <module> 2 | UserDict=<class 'collections.UserDict'>
#    call Meta 2 |
#    line Meta 2 |
#    line Meta 3 |
#    line Meta 5 |
#    return Meta 5 None |
#  line <module> 7 | UserDict=<class 'collections.UserDict'>, Meta=<class 'Meta'>
#    call __prepare__ 3 | name='A', bases=()
#    line __prepare__ 4 | name='A', bases=()
#    return __prepare__ 4 {} | name='A', bases=()
#    call A 7 |
#    line A 7 |
#    line A 8 |
#    return A 8 None |
#    call __new__ 5 | m=<class 'Meta'>, name='A', bases=(), ns={'__module__': '__main__', '__qualname__': 'A', 'b': 1}
#    line __new__ 6 | m=<class 'Meta'>, name='A', bases=(), ns={'__module__': '__main__', '__qualname__': 'A', 'b': 1}
#    return __new__ 6 <class 'A'> | m=<class 'Meta'>, name='A', bases=(), ns={'__module__': '__main__', '__qualname__': 'A', 'b': 1}
#  return <module> 7 None | UserDict=<class 'collections.UserDict'>, Meta=<class 'Meta'>, A=<class 'A'>
#= normal
