from collections import defaultdict


def run():
    """The best load, by a table that is kept in one dictionary."""
    items = [(7, 13), (9, 17), (11, 21), (12, 23), (15, 30), (18, 34)]
    capacity = 150
    best = defaultdict(int)
    for k, (weight, value) in enumerate(items, 1):
        for room in range(1, capacity + 1):
            best[k, room] = best[k - 1, room]
            if weight <= room:
                best[k, room] = max(best[k, room], value + best[k - 1, room - weight])
    return best[len(items), capacity]
