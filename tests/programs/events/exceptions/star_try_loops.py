def f():
    for i in range(2):
        if i:
            break
    else:
        x = 1
    while True:
        try:
            return i
        finally:
            y = 1
#: f()
#  call f 1
#  line f 2
#  line f 3
#  line f 2
#  line f 3
#  line f 4
#  line f 7
#  line f 8
#  line f 9
#  line f 11
#  return f 11 1
#= normal
