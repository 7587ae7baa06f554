"""Column widths first, text second. The format specification is itself put together."""
rows = [
    ("planet", "moons", "day (h)"),
    ("Mercury", 0, 1407.6),
    ("Mars", 2, 24.66),
    ("Neptune", 14, 16.11),
]


def cell(value, width):
    if isinstance(value, float):
        return f"{value:>{width},.1f}"
    return f"{value:{'<' if isinstance(value, str) else '>'}{width}}"


widths = [max(len(str(row[i])) for row in rows) for i in range(3)]
rule = "+".join("-" * (width + 2) for width in widths)
for n, row in enumerate(rows):
    if n == 1:
        print(rule)
    print("|".join(f" {cell(value, width)} " for value, width in zip(row, widths)))
