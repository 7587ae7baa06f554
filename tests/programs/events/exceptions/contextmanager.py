from contextlib import contextmanager, suppress
@contextmanager
def m(x):
    try:
        yield x
    except KeyError:
        y = 1
    finally:
        z = 2
def f():
    with m(3) as a:
        raise KeyError
    with suppress(ValueError):
        raise ValueError(a)
    return a
#: f()
#  call f 10
#  line f 11
#    call m 2
#    line m 4
#    line m 5
#    yield m 5 3
#  line f 12
#  raise f 12 KeyError()
#  line f 11
#    resume m 5
#    raise m 5 KeyError()
#    line m 6
#    line m 7
#    line m 9
#    return m 9 None
#  line f 13
#  line f 14
#  raise f 14 ValueError(3)
#  line f 13
#  line f 15
#  return f 15 3
#= normal
