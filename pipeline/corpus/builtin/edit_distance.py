def edit_distance(a: str, b: str) -> int:
    """Levenshtein with two rows; after each row `previous` and `current` change names."""
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            swap = previous[j - 1] + (x != y)
            drop = previous[j] + 1
            add = current[j - 1] + 1
            current.append(min(swap, drop, add))
        previous = current
    return previous[-1]
