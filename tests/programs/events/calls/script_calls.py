import sys

def g(x):
    return x

y = g(
    1
)
if __name__ == "__main__":
    sys.exit(g(0))
#: script
#  call <module> 0
#  line <module> 1
#  line <module> 3
#  line <module> 6
#  line <module> 7
#  line <module> 6
#    call g 3
#    line g 4
#    return g 4 1
#  line <module> 9
#  line <module> 10
#    call g 3
#    line g 4
#    return g 4 0
#  raise <module> 10 SystemExit(0)
#= normal
