def line_total(quantity, price, *, discount=0):
    return round(quantity * price * (100 - discount) / 100, 2)


def invoice(customer, *amounts, currency="EUR"):
    return f"{customer}: {sum(amounts):.2f} {currency}"


def bill(customer):
    """One call over many lines: the debugger goes down, comes back to the first line, and ends."""
    return invoice(
        customer,
        line_total(3, 4.50),
        line_total(
            1,
            99.00,
            discount=10,
        ),
        *(
            line_total(n, 1.25)
            for n in (1, 2)
        ),
        currency="CHF",
    )
