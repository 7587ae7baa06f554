import re
from itertools import groupby


def encode(text):
    return "".join(f"{len(list(run))}{letter}" for letter, run in groupby(text))


def decode(code):
    def expand(match):
        # called by the regular expression engine, from C: its caller is the line with re.sub
        count, letter = match.groups()
        return letter * int(count)

    return re.sub(r"(\d+)(\D)", expand, code)


def round_trip(text):
    code = encode(text)
    again = decode(code)
    return code, again == text
