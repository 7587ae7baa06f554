def paths(width, height, known):
    if not width or not height:
        return 1
    if (width, height) not in known:
        left = paths(width - 1, height, known)
        above = paths(width, height - 1, known)
        known[width, height] = left + above
    return known[width, height]


def run():
    """Paths through a grid, each part of it counted once."""
    return paths(20, 20, {})
