def f():
    gen().close()
def gen():
    yield 1
#: f()
#  call f 1
#  line f 2
#    call gen 3
#    raise gen 3 GeneratorExit()
#  return f 2 None
#= normal
