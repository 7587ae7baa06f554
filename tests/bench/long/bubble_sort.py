def run():
    """Bubble sort of sixty numbers."""
    values = [(7919 * k) % 1009 for k in range(60)]
    swapped = True
    while swapped:
        swapped = False
        for k in range(len(values) - 1):
            if values[k] > values[k + 1]:
                values[k], values[k + 1] = values[k + 1], values[k]
                swapped = True
    return values
