def f():
    import math
    from collections import deque as d
    return math.floor(1.5), d
#: f()
#  call f 1
#  line f 2
#  line f 3
#  line f 4
#  return f 4 (1, <class 'collections.deque'>)
#= normal
