class M:
    def __enter__(self):
        pass
    def __exit__(self, *a):
        pass
def f():
    g = gen()
    next(g)
    g.close()
def gen():
    with M():
        yield None
#: f()
#  call f 6
#  line f 7
#  line f 8
#    call gen 10
#    line gen 11
#      call __enter__ 2
#      line __enter__ 3
#      return __enter__ 3 None
#    line gen 12
#    yield gen 12 None
#  line f 9
#    resume gen 12
#    raise gen 12 GeneratorExit()
#    line gen 11
#      call __exit__ 4
#      line __exit__ 5
#      return __exit__ 5 None
#  return f 9 None
#= normal
