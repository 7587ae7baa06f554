def f():
    try:
        gen().throw(KeyError)
    except KeyError:
        return 1
def gen():
    yield 1
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call gen 6
#    raise gen 6 KeyError()
#  raise f 3 KeyError()
#  line f 4
#  line f 5
#  return f 5 1
#= normal
