from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    x: int
    y: int


def describe(thing):
    """One `match`, every kind of pattern. Step over and see how many cases are passed by."""
    match thing:
        case Point(x=0, y=0):
            return "origin"
        case Point(x, y) if x == y:
            return f"on the diagonal at {x}"
        case [Point() as start, *_, Point() as end]:
            return f"path from {describe(start)} to {describe(end)}"
        case {"kind": "circle" | "disc", "r": int(r), **rest}:
            return f"round, radius {r}, {len(rest)} more"
        case str() | bytes() if not thing:
            return "empty text"
        case None | True | False:
            return "a constant"
        case _:
            return "no idea"


for thing in [
    Point(0, 0),
    [Point(2, 2), "gap", Point(0, 0)],
    {"kind": "disc", "r": 3, "colour": "red"},
    {"kind": "disc", "r": 3.5},
    "",
    None,
]:
    print(describe(thing))
