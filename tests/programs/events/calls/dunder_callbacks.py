class N:
    def __init__(self, v):
        self.v = v
    def __lt__(self, o):
        return self.v < o.v
    def __str__(self):
        return "N"
    def __hash__(self):
        return 1
    def __eq__(self, o):
        return True
def f():
    a = [N(2), N(1)]
    a.sort()
    d = {a[0]: 1}
    return d[a[1]], f"{a[0]}"
#: f()
#  call f 12
#  line f 13
#    call __init__ 2
#    line __init__ 3
#    return __init__ 3 None
#    call __init__ 2
#    line __init__ 3
#    return __init__ 3 None
#  line f 14
#    call __lt__ 4
#    line __lt__ 5
#    return __lt__ 5 True
#  line f 15
#    call __hash__ 8
#    line __hash__ 9
#    return __hash__ 9 1
#  line f 16
#    call __hash__ 8
#    line __hash__ 9
#    return __hash__ 9 1
#    call __eq__ 10
#    line __eq__ 11
#    return __eq__ 11 True
#    call __str__ 6
#    line __str__ 7
#    return __str__ 7 'N'
#  return f 16 (1, 'N')
#= normal
