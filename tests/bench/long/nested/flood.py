def run():
    """Water that rises in a grid, place by place, each with its level."""
    size = 16
    heights = [[(37 * x + 23 * y) % 11 for x in range(size)] for y in range(size)]
    levels = [[0] * size for _ in range(size)]
    for level in range(1, 4):
        for y in range(size):
            for x in range(size):
                if heights[y][x] < 3 * level:
                    levels[y][x] += 1
    return levels
