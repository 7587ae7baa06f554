class M:
    def __enter__(self):
        return self
    def __exit__(self, *a):
        return a[0] is KeyError
def f(error):
    with M() as m:
        raise error
    return 1
def g():
    try:
        f(ValueError())
    except ValueError:
        return f(KeyError())
#: g()
#  call g 10
#  line g 11
#  line g 12
#    call f 6
#    line f 7
#      call __enter__ 2
#      line __enter__ 3
#      return __enter__ 3 M()
#    line f 8
#    raise f 8 ValueError()
#    line f 7
#      call __exit__ 4
#      line __exit__ 5
#      return __exit__ 5 False
#  raise g 12 ValueError()
#  line g 13
#  line g 14
#    call f 6
#    line f 7
#      call __enter__ 2
#      line __enter__ 3
#      return __enter__ 3 M()
#    line f 8
#    raise f 8 KeyError()
#    line f 7
#      call __exit__ 4
#      line __exit__ 5
#      return __exit__ 5 True
#    line f 9
#    return f 9 1
#  return g 14 1
#= normal
