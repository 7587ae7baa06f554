"""Breadth-first search: the deque is the frontier, `came_from` the thread back to the start."""
from collections import deque

MAZE = """\
#########
#S..#...#
#.#.#.#.#
#.#...#E#
#########
""".splitlines()


def locate(mark):
    for y, row in enumerate(MAZE):
        if (x := row.find(mark)) >= 0:
            return x, y
    raise LookupError(mark)


def shortest_path(start_mark, goal_mark):
    start, goal = locate(start_mark), locate(goal_mark)
    came_from = {start: None}
    frontier = deque([start])
    while frontier:
        here = x, y = frontier.popleft()
        if here == goal:
            break
        for step in ((x + 1, y), (x, y + 1), (x - 1, y), (x, y - 1)):
            if MAZE[step[1]][step[0]] != "#" and step not in came_from:
                came_from[step] = here
                frontier.append(step)
    path = [goal]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]
