class M:
    def __enter__(self):
        return self
    def __exit__(self, *a):
        pass

def f():
    g = gen()
    next(g)
    g.close()
def gen():
    with M(): yield None
#: f()
#  call f 7
#  line f 8
#  line f 9
#    call gen 11
#    line gen 12
#      call __enter__ 2
#      line __enter__ 3
#      return __enter__ 3 M()
#    yield gen 12 None
#  line f 10
#    resume gen 12
#    raise gen 12 GeneratorExit()
#      call __exit__ 4
#      line __exit__ 5
#      return __exit__ 5 None
#  return f 10 None
#= normal
