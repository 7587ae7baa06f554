import array
import sys


class Raw(bytes):
    pass


def f():
    # What is written alike by some ways of writing values, one in the place of the other.
    held = [b"ab", 1, 1.0, True, 0.0, "1"]
    table = {"k": [b"ab"], "n": [held]}
    for other in (bytearray(b"ab"), Raw(b"ab"), memoryview(b"ab"), array.array("B", b"ab"), b"ab"):
        held[0] = other
        table["k"][0] = other
    for number in (True, 1.0, 1, -0.0, 0.0, False, 0, "0"):
        held[1] = number
        table["n"][0][2] = number
    # An integer whose text depends on a limit, in containers that are seen again.
    held[1] = 10**700
    pair = (10**700, [10**700])
    sys.set_int_max_str_digits(640)
    seen = len(held)
    sys.set_int_max_str_digits(4300)
    return seen, pair[0] % 7
