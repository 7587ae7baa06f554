def numbers(limit):
    n = 0
    while n < limit:
        yield n
        n += 1


def squares(source):
    for n in source:
        yield n * n


def run():
    """A chain of generators."""
    total = 0
    for value in squares(numbers(600)):
        if value % 3:
            total += value
    return total
