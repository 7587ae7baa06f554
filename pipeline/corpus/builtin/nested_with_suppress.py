class Door:
    """Watch the order in which doors close, and which of them swallows the error on its way out."""

    def __init__(self, name, swallow=()):
        self.name = name
        self.swallow = swallow

    def __enter__(self):
        trail.append(f"into {self.name}")
        return self

    def __exit__(self, kind, error, traceback):
        trail.append(f"out of {self.name}" + (f" with {error!r}" if error else ""))
        return isinstance(error, self.swallow)


def visit(key):
    with Door("house", swallow=LookupError), Door("kitchen"):
        with Door("larder") as larder:
            trail.append({"jam": "eat"}[key] + " in " + larder.name)
        trail.append("satisfied")
    return len(trail)


trail = []
print(visit("jam"), visit("caviar"))
print(*trail, sep="\n")
