def f():
    for i in range(2):
        try:
            1 / 0
        finally:
            continue
    return i
#: f()
#  call f 1
#  line f 2
#  line f 3
#  line f 4
#  raise f 4 ZeroDivisionError('division by zero')
#  line f 6
#  line f 2
#  line f 3
#  line f 4
#  raise f 4 ZeroDivisionError('division by zero')
#  line f 6
#  line f 2
#  line f 7
#  return f 7 1
#= normal
