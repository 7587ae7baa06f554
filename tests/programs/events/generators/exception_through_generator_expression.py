def f():
    try:
        return sum(1 / x for x in (1, 0))
    except ZeroDivisionError:
        return None
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call <genexpr> 3
#    line <genexpr> 3
#    yield <genexpr> 3 1.0
#    resume <genexpr> 3
#    line <genexpr> 3
#    raise <genexpr> 3 ZeroDivisionError('division by zero')
#  raise f 3 ZeroDivisionError('division by zero')
#  line f 4
#  line f 5
#  return f 5 None
#= normal
