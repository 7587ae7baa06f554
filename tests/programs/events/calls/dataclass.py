from dataclasses import dataclass
@dataclass(order=True)
class P:
    x: int
    y: int = 2
    def __post_init__(self):
        self.z = 1
def f():
    return P(1) < P(2)
#: f()
#  call f 8
#  line f 9
#    call __post_init__ 6
#    line __post_init__ 7
#    return __post_init__ 7 None
#    call __post_init__ 6
#    line __post_init__ 7
#    return __post_init__ 7 None
#  return f 9 True
#= normal
