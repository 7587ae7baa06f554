def f():
    g = gen()
    next(g)
    g = None
    return 0
def gen():
    yield 0
# What only a variable kept alive ends when the interpreter refreshes its view of the variables,
# for the trace function: nobody hears of what runs then.
#: f()
#  call f 1
#  line f 2
#  line f 3
#    call gen 6
#    line gen 7
#    yield gen 7 0
#  line f 4
#  line f 5
#  return f 5 0
#= normal
