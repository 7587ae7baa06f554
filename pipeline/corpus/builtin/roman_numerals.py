SYMBOLS = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"),
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]


def to_roman(number):
    """The number melts away while the letters pile up. The Romans had no zero."""
    if not 0 < number < 4000:
        raise ValueError(f"no Roman numeral for {number}")
    letters = ""
    for value, symbol in SYMBOLS:
        count, number = divmod(number, value)
        letters += symbol * count
    return letters
