def f():
    g = count()
    next(g)
    return next(g), next(g, None)
def count():
    yield 1
    return 2
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call count 5
#    line count 6
#    yield count 6 1
#  line f 4
#    resume count 6
#    line count 7
#    return count 7 2
#  raise f 4 StopIteration(2)
#= error
