def f():
    for x in count():
        pass
def count():
    yield 1
    yield 2
#: f()
#  call f 1
#  line f 2
#    call count 4
#    line count 5
#    yield count 5 1
#  line f 3
#  line f 2
#    resume count 5
#    line count 6
#    yield count 6 2
#  line f 3
#  line f 2
#    resume count 6
#    return count 6 None
#  return f 2 None
#= normal
