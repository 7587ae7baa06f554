def spiral(grid: list[list[int]]) -> list[int]:
    # Peel off the top row, turn what is left a quarter to the left, and begin again.
    path: list[int] = []
    while grid:
        top, *rest = grid
        path.extend(top)
        grid = [list(column) for column in zip(*rest)][::-1]
    return path
