def divide_all(pairs):
    """Guess before you step: a `return` in `finally` beats that in `try`, and any exception."""
    results = []
    for a, b in pairs:
        try:
            results.append(a // b)
        except ZeroDivisionError:
            results.append(None)
            continue
        finally:
            results.append("|")
    return results


def stubborn(value):
    try:
        return 10 // value
    finally:
        return "whatever happens"


def show(pairs):
    return divide_all(pairs), [stubborn(b) for _, b in pairs]
