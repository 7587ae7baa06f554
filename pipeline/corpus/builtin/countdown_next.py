"""A generator by hand: next() until it ends, and what it returns rides on StopIteration."""


def countdown(start):
    while start:
        yield start
        start -= 1
    return "lift-off"


rocket = countdown(2)
print(next(rocket))
print(next(rocket))
try:
    next(rocket)
except StopIteration as stop:
    print(stop.value)
print(next(rocket, "the pad is empty"))
