from collections import ChainMap, UserDict, UserList
from types import MappingProxyType, SimpleNamespace
def f():
    d = {}
    c = ChainMap(d)
    p = MappingProxyType(d)
    u = UserDict(d)
    n = SimpleNamespace(d=d)
    for i in range(14):
        d[i] = i
        x = i
        u.data[i] = d
        n.x = i
        del u.data[i]
    return c
