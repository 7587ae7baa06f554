def f():
    x = 1
    d = locals()
    y = 2
    d["x"] = 5
    return x
#: f() with scopes
#  call f 1 |
#  line f 2 |
#  line f 3 | x=1
#  line f 4 | x=1, d={'x': 1}
#  line f 5 | x=1, d={'x': 1}, y=2
#  line f 6 | x=1, d={'x': 5}, y=2
#  return f 6 1 | x=1, d={'x': 5}, y=2
#= normal
