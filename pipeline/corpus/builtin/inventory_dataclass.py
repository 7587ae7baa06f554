# The generated __init__ has no source and so no frame; __post_init__ and the property have both.
from dataclasses import dataclass, field, replace


@dataclass(order=True)
class Item:
    price: float
    name: str = field(compare=False)
    stock: int = field(default=0, compare=False)
    tags: list[str] = field(default_factory=list, compare=False)

    def __post_init__(self):
        self.name = self.name.strip().lower()

    @property
    def worth(self):
        return self.price * self.stock


shelf = [
    Item(2.5, " Honey ", 12, ["sweet"]),
    Item(0.8, "Salt", 40),
    Item(1.2, "Tea", tags=["hot"]),
]
shelf.append(replace(shelf[0], name="Dark honey", price=3.0))
shelf[0].tags.append("local")
shelf.sort()
for item in shelf:
    print(f"{item.name:<12}{item.worth:>7.2f}  {', '.join(item.tags) or '-'}")
print("cheapest in stock:", min(i for i in shelf if i.stock).name)
