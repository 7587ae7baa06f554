from typing import NamedTuple
from enum import Enum
class P(NamedTuple):
    x: int
    def m(self):
        return self.x
class E(Enum):
    A = 1
    def m(self):
        return self.value
def f():
    return P(1).m() + E.A.m()
#: f()
#  call f 11
#  line f 12
#    call m 5
#    line m 6
#    return m 6 1
#    call m 9
#    line m 10
#    return m 10 1
#  return f 12 2
#= normal
