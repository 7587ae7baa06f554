class Account:
    def __init__(self, owner):
        self.owner = owner
        self.balance = 0
        self.log = []

    def move(self, amount):
        if self.balance + amount < 0:
            raise ValueError(f"{self.owner} cannot pay {-amount}")
        self.balance += amount
        self.log.append(amount)


def run():
    """Objects that change, and exceptions that are caught."""
    accounts = [Account(name) for name in ("ada", "bob", "eve")]
    refused = 0
    for k in range(250):
        giver, taker = accounts[k % 3], accounts[(k * k + 1) % 3]
        amount = (k * 31) % 97 - 20
        try:
            giver.move(-amount)
            taker.move(amount)
        except ValueError:
            refused += 1
    return refused, [account.balance for account in accounts]
