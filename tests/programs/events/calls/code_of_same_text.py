def make():
    def inner():
        return 1
    return inner
def f():
    return make()() + make()()
#: f()
#  call f 5
#  line f 6
#    call make 1
#    line make 2
#    line make 4
#    return make 4 <function make.<locals>.inner>
#    call inner 2
#    line inner 3
#    return inner 3 1
#    call make 1
#    line make 2
#    line make 4
#    return make 4 <function make.<locals>.inner>
#    call inner 2
#    line inner 3
#    return inner 3 1
#  return f 6 2
#= normal
