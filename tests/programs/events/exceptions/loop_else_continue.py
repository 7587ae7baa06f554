def f():
    for i in range(3):
        if i == 1:
            continue
        try:
            if i:
                break
        finally:
            x = i
    else:
        x = 9
    return x
#: f()
#  call f 1
#  line f 2
#  line f 3
#  line f 5
#  line f 6
#  line f 9
#  line f 2
#  line f 3
#  line f 4
#  line f 2
#  line f 3
#  line f 5
#  line f 6
#  line f 7
#  line f 9
#  line f 12
#  return f 12 2
#= normal
