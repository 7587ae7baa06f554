def f(v):
    match v:
        case [a, b]:
            return a
        case {"k": x}:
            return x
#: f({"k": 2})
#  call f 1
#  line f 2
#  line f 3
#  line f 5
#  line f 6
#  return f 6 2
#= normal
