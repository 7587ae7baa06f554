# __del__ runs when the last name lets go: count the references as you step.
class Lantern:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(f"{self.name} goes out")


def evening():
    porch = Lantern("porch")
    hall = Lantern("hall")
    again = hall
    del hall
    porch = None
    print("only the hall is lit")
    return again.name


print(evening(), "was the last")
Lantern("match")
