class Meta(type):
    def __prepare__(name, bases):
        return L()
    def __new__(m, name, bases, ns):
        return type.__new__(m, name, bases, dict(ns))
class L(dict):
    def __getitem__(self, k):
        return dict.__getitem__(self, k)
    def keys(self):
        1/0
class A(metaclass=Meta):
    b = 1
    a = 2
#: script with scopes
#  call <module> 0 |
#  line <module> 1 |
#    call Meta 1 |
#    line Meta 1 |
#    line Meta 2 |
#    line Meta 4 |
#    return Meta 4 None |
#  line <module> 6 | Meta=<class 'Meta'>
#    call L 6 |
#    line L 6 |
#    line L 7 |
#    line L 9 |
#    return L 9 None | keys=<function L.keys>
#  line <module> 11 | Meta=<class 'Meta'>, L=<class 'L'>
#    call __prepare__ 2 | name='A', bases=()
#    line __prepare__ 3 | name='A', bases=()
#    return __prepare__ 3 {} | name='A', bases=()
#    call A 11 |
#    line A 11 |
#      call __getitem__ 7 | self={}, k='__name__'
#      line __getitem__ 8 | self={}, k='__name__'
#      raise __getitem__ 8 KeyError('__name__') | self={}, k='__name__'
#    line A 12 |
#    line A 13 | b=1
#    return A 13 None | b=1, a=2
#    call __new__ 4 | m=<class 'Meta'>, name='A', bases=(), ns={'__module__': '__main__', '__qualname__': 'A', 'b': 1, 'a': 2}
#    line __new__ 5 | m=<class 'Meta'>, name='A', bases=(), ns={'__module__': '__main__', '__qualname__': 'A', 'b': 1, 'a': 2}
#    return __new__ 5 <class 'A'> | m=<class 'Meta'>, name='A', bases=(), ns={'__module__': '__main__', '__qualname__': 'A', 'b': 1, 'a': 2}
#  return <module> 11 None | Meta=<class 'Meta'>, L=<class 'L'>, A=<class 'A'>
#= normal
