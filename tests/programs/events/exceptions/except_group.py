def f():
    try:
        raise ExceptionGroup("g", [KeyError(1), ValueError(2)])
    except* KeyError as a:
        x = 1
    except* ValueError as b:
        y = 2
    return 3
#: f()
#  call f 1
#  line f 2
#  line f 3
#  raise f 3 ExceptionGroup('g', [KeyError(1), ValueError(2)])
#  line f 4
#  line f 5
#  line f 6
#  line f 7
#  line f 8
#  return f 8 3
#= normal
