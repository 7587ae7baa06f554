from enum import Enum, auto


class Light(Enum):
    """The members are made while the class body ends; watch what next() makes of each."""

    RED = auto()
    GREEN = auto()
    AMBER = auto()

    def next(self):
        members = list(Light)
        return members[(members.index(self) + 1) % len(members)]

    @property
    def seconds(self):
        return {Light.RED: 30, Light.AMBER: 3}.get(self, 25)


def after(start, seconds):
    light = Light[start]
    while seconds >= light.seconds:
        seconds -= light.seconds
        light = light.next()
    return light, light.seconds - seconds
