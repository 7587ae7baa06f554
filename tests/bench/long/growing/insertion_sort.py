def run():
    """Numbers put into their place, one after the other."""
    values = []
    for k in range(110):
        number = (7919 * k) % 1009
        values.append(number)
        at = len(values) - 1
        while at and values[at - 1] > number:
            values[at] = values[at - 1]
            at -= 1
        values[at] = number
    return values
