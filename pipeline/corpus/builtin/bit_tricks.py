def explain(n: int) -> dict[str, object]:
    """n & (n - 1) clears the lowest set bit; n & -n keeps nothing else. Watch `rest` lose bits."""
    ones = 0
    rest = n
    while rest:
        rest &= rest - 1
        ones += 1
    gray = n ^ (n >> 1)
    swapped = (n & 0x55) << 1 | (n & 0xAA) >> 1
    return {
        "ones": ones,
        "lowest": n & -n,
        "power of two": ones == 1,
        "gray": f"{gray:08b}",
        "swapped": f"{swapped:08b}",
    }
