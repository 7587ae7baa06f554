"""doc"""
__all__ = []
__x__ = 1
_y = 2
__z = 3
import math
def g(): pass
class A:
    """d"""
    __slots__ = ()
    b: int = 1
    __c__ = 2
del _y
for i in range(1): pass
#: script with scopes
#  call <module> 0 |
#  line <module> 1 |
#  line <module> 2 |
#  line <module> 3 |
#  line <module> 4 |
#  line <module> 5 | _y=2
#  line <module> 6 | _y=2, __z=3
#  line <module> 7 | _y=2, __z=3, math=<module 'math'>
#  line <module> 8 | _y=2, __z=3, math=<module 'math'>, g=<function g>
#    call A 8 |
#    line A 8 |
#    line A 9 |
#    line A 10 |
#    line A 11 |
#    line A 12 | b=1
#    return A 12 None | b=1
#  line <module> 13 | _y=2, __z=3, math=<module 'math'>, g=<function g>, A=<class 'A'>
#  line <module> 14 | __z=3, math=<module 'math'>, g=<function g>, A=<class 'A'>
#  line <module> 14 | __z=3, math=<module 'math'>, g=<function g>, A=<class 'A'>, i=0
#  return <module> 14 None | __z=3, math=<module 'math'>, g=<function g>, A=<class 'A'>, i=0
#= normal
