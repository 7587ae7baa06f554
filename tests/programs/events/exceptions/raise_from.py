def f():
    try:
        try:
            1 / 0
        except ZeroDivisionError as e:
            raise KeyError(1) from e
    except KeyError as e:
        return e.__cause__
#: f()
#  call f 1
#  line f 2
#  line f 3
#  line f 4
#  raise f 4 ZeroDivisionError('division by zero')
#  line f 5
#  line f 6
#  raise f 6 KeyError(1)
#  line f 7
#  line f 8
#  return f 8 ZeroDivisionError('division by zero')
#= normal
