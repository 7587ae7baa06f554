def flatten(item):
    """Lists may hide in lists. Nothing at all happens here until somebody asks for a value."""
    if isinstance(item, list):
        for part in item:
            yield from flatten(part)
    else:
        yield item


def flat_sum(item):
    total = 0
    for number in flatten(item):
        total += number
    return total
