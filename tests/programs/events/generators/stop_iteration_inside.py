def f():
    try:
        next(gen())
    except RuntimeError as e:
        return repr(e.__cause__)
def gen():
    raise StopIteration(3)
    yield
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call gen 6
#    line gen 7
#    raise gen 7 StopIteration(3)
#  raise f 3 RuntimeError('generator raised StopIteration')
#  line f 4
#  line f 5
#  return f 5 'StopIteration(3)'
#= normal
