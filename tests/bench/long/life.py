def neighbours(board, x, y):
    count = 0
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            if (dx or dy) and (x + dx, y + dy) in board:
                count += 1
    return count


def run():
    """Conway's game on a set of cells."""
    board = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
    for _ in range(4):
        new = set()
        for x in range(-1, 6):
            for y in range(-1, 6):
                count = neighbours(board, x, y)
                if count == 3 or (count == 2 and (x, y) in board):
                    new.add((x, y))
        board = new
    return sorted(board)
