def moving_average(values, width):
    """There is a bug in here. Run until it fails, then walk back to the cause."""
    averages = []
    for start in range(len(values)):
        window = 0
        for offset in range(width):
            window += values[start + offset]
        averages.append(window / width)
    return averages
