def make_counter(start=0):
    """Two functions share one cell. Watch `count` change in a frame that neither of them owns."""
    count = start

    def tick(by=1):
        nonlocal count
        count += by
        return count

    def reset():
        nonlocal count
        before, count = count, start
        return before

    return tick, reset


def demo(start):
    tick, reset = make_counter(start)
    other, _ = make_counter()
    readings = [tick(), tick(10), other(), reset(), tick(by=-1)]
    cells = tick.__closure__[0] is reset.__closure__[0]
    return readings, cells
