def find(haystack: list[str], needle: str) -> int | None:
    """Watch low and high close in on the needle, or pass each other when it is not there."""
    low, high = 0, len(haystack) - 1
    while low <= high:
        middle = (low + high) // 2
        candidate = haystack[middle]
        if candidate == needle:
            return middle
        if candidate < needle:
            low = middle + 1
        else:
            high = middle - 1
    return None
