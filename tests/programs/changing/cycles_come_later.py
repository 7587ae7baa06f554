"""Lists and dictionaries that hold themselves along two paths only after they were seen whole."""
import functools


def twice():
    a = [1]
    size = len(a)
    a.append(a)
    a.append(a)
    size = len(a)
    del a[1:]
    return size


def through_another():
    names = {"y": [1]}
    names["z"] = names["y"]
    size = len(names)
    names["y"].append(names)
    size = len(names)
    return size


def in_a_set():
    members = {(1, 2)}
    held = [members]
    size = len(held)
    held[:] = [held, members, held]
    return size


def doubled():
    a = [[1], 2]
    size = len(a)
    exec("for _ in range(70):\n    a[0] = [a[0], a[0]]", {"a": a})
    size = len(a)
    a[0] = functools.reduce(lambda pair, _: (pair, pair), range(70), ())
    size = len(a)
    return size


results = [twice(), through_another(), in_a_set()]
results.append(doubled())
