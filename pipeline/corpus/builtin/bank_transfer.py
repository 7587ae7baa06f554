"""A transfer happens whole or not at all: watch `except` undo the first half of it."""


class InsufficientFunds(Exception): ...


class Account:
    def __init__(self, owner, balance=0):
        self.owner, self.balance = owner, balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise InsufficientFunds(self.owner, amount - self.balance)
        self.balance -= amount

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("a deposit must be positive")
        self.balance += amount


def transfer(source, target, amount):
    source.withdraw(amount)
    try:
        target.deposit(amount)
    except ValueError:
        source.balance += amount
        raise


ada, bob = Account("Ada", 100), Account("Bob")
for amount in (30, 90, -5):
    try:
        transfer(ada, bob, amount)
    except (InsufficientFunds, ValueError) as error:
        print("refused:", *error.args)
    else:
        print("moved", amount)
    finally:
        print(ada.balance, bob.balance)
