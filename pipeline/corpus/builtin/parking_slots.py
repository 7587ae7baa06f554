"""No __dict__, only slots: an attribute that nobody declared cannot be parked here."""


class Bay:
    __slots__ = ("number", "plate", "hours")

    def __init__(self, number):
        self.number = number
        self.plate = None


class Garage:
    def __init__(self, size):
        self.bays = [Bay(n) for n in range(1, size + 1)]

    def enter(self, plate):
        for bay in self.bays:
            if bay.plate is None:
                bay.plate = plate
                return bay
        return None


garage = Garage(2)
first = garage.enter("ZH 101")
second = garage.enter("BE 202")
print(garage.enter("GE 303"))
first.hours = 3
try:
    second.hour = 4
except AttributeError as error:
    print("refused:", error)
del first.plate, first.hours
print([hasattr(bay, "plate") for bay in garage.bays])
