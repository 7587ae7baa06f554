class Bounded:
    """A descriptor: a plain assignment to the attribute turns into a call of __set__."""

    def __init__(self, low, high):
        self.low, self.high = low, high

    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.slot)

    def __set__(self, instance, value):
        if not self.low <= value <= self.high:
            raise ValueError(f"{value} is outside {self.low}..{self.high}")
        setattr(instance, self.slot, value)


class Oven:
    celsius = Bounded(0, 280)

    def __init__(self):
        self.celsius = 20


oven = Oven()
oven.celsius += 160
try:
    oven.celsius *= 2
except ValueError as error:
    print("oven says:", error)
print(oven.celsius, vars(oven), Oven.celsius.high)
