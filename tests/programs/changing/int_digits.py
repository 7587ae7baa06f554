import sys
def f():
    x = 10 ** 3000
    y = 10 ** 5000
    for i in range(12):
        n = i
    sys.set_int_max_str_digits(1000)
    for i in range(12):
        n = i
    sys.set_int_max_str_digits(0)
    for i in range(12):
        n = i
    return 0
