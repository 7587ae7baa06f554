def f():
    for x in gen():
        break
    y = 1
def gen():
    try:
        yield 0
    finally:
        z = 1
#: f()
#  call f 1
#  line f 2
#    call gen 5
#    line gen 6
#    line gen 7
#    yield gen 7 0
#  line f 3
#    resume gen 7
#    raise gen 7 GeneratorExit()
#    line gen 9
#  line f 4
#  return f 4 None
#= normal
