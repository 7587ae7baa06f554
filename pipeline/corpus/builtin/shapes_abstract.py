from abc import ABC, abstractmethod


class Shape(ABC):
    def __init__(self, name):
        self.name = name

    @abstractmethod
    def area(self): ...

    def describe(self):
        # Which area() is entered here depends on the object alone.
        return f"{self.name}: {self.area():.1f}"


class Rectangle(Shape):
    def __init__(self, width, height, name="rectangle"):
        super().__init__(name)
        self.width, self.height = width, height

    def area(self):
        return self.width * self.height


class Square(Rectangle):
    def __init__(self, side):
        super().__init__(side, side, "square")


class Triangle(Rectangle):
    def area(self):
        return super().area() / 2


for shape in (Rectangle(2, 3), Square(4), Triangle(3, 5, "triangle")):
    print(shape.describe())
try:
    Shape("idea")
except TypeError as refusal:
    print(refusal)
