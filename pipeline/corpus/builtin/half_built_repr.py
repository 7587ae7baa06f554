class Ticket:
    """Its __repr__ needs both attributes. What can a debugger show before the second is set?"""

    def __init__(self, seat, price):
        self.seat = seat
        self.price = self.rounded(price)

    def rounded(self, price):
        return round(price * 20) / 20

    def __repr__(self):
        return f"Ticket {self.seat} at {self.price:.2f}"


class Free(Ticket):
    def __init__(self, seat):
        self.seat = seat


def sell(seat, price):
    ticket = Ticket(seat, price)
    gift = Free(seat + 1)
    gift.price = 0
    return [ticket, gift]
