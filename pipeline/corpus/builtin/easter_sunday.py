from datetime import date, timedelta


def easter(year: int) -> dict[str, str]:
    """No loop and no branch: a straight line of remainders, worth reading backwards."""
    a = year % 19
    b, c = divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    sunday = date(year, month, day + 1)
    feasts = {"Good Friday": -2, "Easter": 0, "Ascension": 39, "Pentecost": 49}
    return {name: str(sunday + timedelta(days=shift)) for name, shift in feasts.items()}
