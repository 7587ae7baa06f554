class Cell:
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.others = []
        self.is_wall = False
def build(n):
    grid = [[Cell(x, y) for x in range(n)] for y in range(n)]
    for y in range(n):
        for x in range(n):
            for i, j in (x + 1, y), (x, y + 1), (x - 1, y), (x, y - 1):
                if 0 <= i < n and 0 <= j < n:
                    grid[y][x].others.append(grid[j][i])
    return grid
def reach(start):
    seen = {start}
    pending = [(start, 0)]
    farthest = 0
    while pending:
        cell, far = pending.pop(0)
        farthest = max(far, farthest)
        for other in cell.others:
            if other not in seen and not other.is_wall:
                seen.add(other)
                pending.append((other, far + 1))
    return farthest
def f():
    grid = build(3)
    first = reach(grid[0][0])
    grid[1][1].is_wall = True
    grid[2][1].is_wall = True
    second = reach(grid[0][0])
    grid[0][1].others.pop()
    return first, second, reach(grid[0][2])
