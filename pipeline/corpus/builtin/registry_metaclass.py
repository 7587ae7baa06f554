# Watch what runs while the classes are still being defined.
class Registry(type):
    known = {}

    def __new__(mcls, name, bases, namespace, code=None):
        cls = super().__new__(mcls, name, bases, namespace)
        if code is not None:
            mcls.known[code] = cls
        return cls

    def __init__(cls, name, bases, namespace, **_):
        super().__init__(name, bases, namespace)
        cls.rank = len(Registry.known)

    def __getitem__(cls, code):
        return Registry.known[code]


class Animal(metaclass=Registry):
    sound = "..."

    def speak(self):
        return f"{type(self).__name__} #{self.rank}: {self.sound}"


class Cow(Animal, code="c"):
    sound = "moo"


class Duck(Animal, code="d"):
    sound = "quack"


print(*(Animal[code]().speak() for code in "dcd"), sep="\n")
