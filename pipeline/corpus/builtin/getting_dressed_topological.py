class CycleError(ValueError):
    pass


def order(before: dict[str, list[str]]) -> list[str]:
    """Kahn's algorithm: take what waits for nothing. Watch `waiting` count down to zero."""
    waiting = {item: 0 for item in before}
    for followers in before.values():
        for item in followers:
            waiting[item] = waiting.get(item, 0) + 1
    ready = sorted(item for item, count in waiting.items() if count == 0)
    result = []
    while ready:
        item = ready.pop(0)
        result.append(item)
        for follower in before.get(item, []):
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    if len(result) < len(waiting):
        raise CycleError(sorted(waiting.keys() - set(result)))
    return result
