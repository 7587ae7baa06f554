PARTS = {
    "bicycle": [("frame", 1), ("wheel", 2), ("bell", 1)],
    "wheel": [("rim", 1), ("spoke", 28), ("tyre", 1)],
    "tandem": [("frame", 2), ("wheel", 2), ("saddle", 2)],
}
PRICES = {"frame": 120, "bell": 7, "rim": 15, "spoke": 1, "tyre": 12}


def cost(thing):
    """Recursion over parts of parts. A missing price surfaces many frames above its cause."""
    if thing not in PARTS:
        return PRICES[thing]
    total = 0
    for part, count in PARTS[thing]:
        total += count * cost(part)
    return total
