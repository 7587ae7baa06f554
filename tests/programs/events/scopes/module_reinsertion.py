a = 1
b = 2
del a
a = 3
b = 4
globals()["c d"] = 5
#: script with scopes
#  call <module> 0 |
#  line <module> 1 |
#  line <module> 2 | a=1
#  line <module> 3 | a=1, b=2
#  line <module> 4 | b=2
#  line <module> 5 | b=2, a=3
#  line <module> 6 | b=4, a=3
#  return <module> 6 None | b=4, a=3, c d=5
#= normal
