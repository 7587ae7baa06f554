from functools import cmp_to_key, reduce


def by_last_letter(word):
    return word[-1], len(word)


def longer_first(a, b):
    return len(b) - len(a) or (a > b) - (a < b)


def tour(words):
    """sorted, map, filter and reduce are written in C, but what they call back is not."""
    ends = sorted(words, key=by_last_letter)
    sizes = sorted(words, key=cmp_to_key(longer_first))
    capitals = map(str.title, filter(lambda w: "a" in w, words))
    longest = max(words, key=len, default="")
    code = reduce(lambda total, word: total * 7 + len(word), words, 0)
    return ends, sizes, list(capitals), longest, code
