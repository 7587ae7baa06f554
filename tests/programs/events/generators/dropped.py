def f():
    any(gen())
    return 0
def gen():
    yield 0
    yield 1
    yield 2
#: f()
#  call f 1
#  line f 2
#    call gen 4
#    line gen 5
#    yield gen 5 0
#    resume gen 5
#    line gen 6
#    yield gen 6 1
#    resume gen 6
#    raise gen 6 GeneratorExit()
#  line f 3
#  return f 3 0
#= normal
