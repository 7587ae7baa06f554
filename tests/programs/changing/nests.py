"""Containers of containers that are changed from everywhere, replaced, shared and cut."""
from collections import defaultdict


def rows():
    grid = [["."] * 9 for _ in range(9)]
    for k in range(9):
        grid[k][-1] = "#"
        grid[(k * 5) % 9] = ["x", k] * (k % 3 + 1)
        other = grid[k]
        other.append(True if k % 2 else 1)
        grid[k - 1] = other
    grid.append([grid])
    size = len(grid)
    grid.pop()
    grid[0].append([1])
    size += len(grid)
    grid[0][-1].append(grid[0])
    size += len(grid)
    grid[0].pop()
    return size


def groups():
    members, orders, sets = {}, defaultdict(list), defaultdict(set)
    for k in range(30):
        members.setdefault(k % 7, {})[k] = k * 0.5
        orders["key %d" % (k % 6)].append((k, str(k)))
        sets[k % 5].add((k * 7) % 11)
        if k % 4 == 0:
            members.pop(k % 7)
            sets[k % 5].discard((k * 7) % 11)
    orders.default_factory = None
    members[3] = None
    members["deep"] = {1: {2: {3: [4]}}}
    members["deep"][1][2][3].append(members)
    return len(orders)


class Board:
    def __init__(self):
        self.cells = [[0] * 6 for _ in range(6)]
        self.seen = {}

    def play(self, k):
        self.cells[k % 6][k * 5 % 6] += k
        self.seen.setdefault(k % 4, set()).add(k)
        if k == 15:
            self.cells[2] = self
        if k == 17:
            self.cells[2] = [self.seen, "now"] * 3


def boards():
    board = Board()
    for k in range(20):
        board.play(k)
    return board


results = [rows(), groups()]
last = boards()
