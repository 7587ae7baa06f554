from dataclasses import dataclass, replace
import copy
@dataclass
class P:
    x: int
    def __repr__(self):
        return f"P of {self.x}"
class A:
    def __init__(self, x):
        self.x = x
    def __copy__(self):
        self.x.x += 1
        return A(self.x)
def f():
    inner = A(1)
    outer = A(inner)
    p = P(1)
    for k in range(4):
        other = copy.copy(outer)
        seen = k
        third = copy.deepcopy(inner)
        p = replace(p, x=k)
        third.x = p
        seen = k + 1
    return outer
