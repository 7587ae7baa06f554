import sys


def f():
    flat = (10**700, 1)
    nested = ((10**700,), 2)
    for digits in (4300, 640, 4300, 640, 4300):
        sys.set_int_max_str_digits(digits)
        x = digits
        y = x + 1
        z = len(flat) + len(nested)
    return x, y, z
