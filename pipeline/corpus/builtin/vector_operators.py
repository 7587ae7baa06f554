class Vector:
    """Operators are calls: `2 * v` first asks the int, which declines, and then the vector."""

    def __init__(self, *parts):
        self.parts = parts

    def __repr__(self):
        return f"<{' '.join(map(str, self.parts))}>"

    def __add__(self, other):
        return Vector(*(a + b for a, b in zip(self.parts, other.parts, strict=True)))

    def __mul__(self, factor):
        return Vector(*(factor * a for a in self.parts))

    __rmul__ = __mul__

    def __matmul__(self, other):
        return sum(a * b for a, b in zip(self.parts, other.parts))

    def __eq__(self, other):
        return isinstance(other, Vector) and self.parts == other.parts

    def __bool__(self):
        return any(self.parts)


def combine(a, b):
    u, v = Vector(*a), Vector(*b)
    total = u + 2 * v
    if total and total != u:
        total += u
    return total, u @ v
