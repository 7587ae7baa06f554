class T:
    def __iter__(self):
        yield from (1, 2)
def f():
    a, b = T()
    return a + b
#: f()
#  call f 4
#  line f 5
#    call __iter__ 2
#    line __iter__ 3
#    yield __iter__ 3 1
#    resume __iter__ 3
#    yield __iter__ 3 2
#    resume __iter__ 3
#    return __iter__ 3 None
#  line f 6
#  return f 6 3
#= normal
