def f():
    try:
        1 / 0
    except ZeroDivisionError as e:
        x = 1
    return x
#: f() with scopes
#  call f 1 |
#  line f 2 |
#  line f 3 |
#  raise f 3 ZeroDivisionError('division by zero') |
#  line f 4 |
#  line f 5 | e=ZeroDivisionError('division by zero')
#  line f 6 | x=1
#  return f 6 1 | x=1
#= normal
