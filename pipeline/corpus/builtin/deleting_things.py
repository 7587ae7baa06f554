"""Four kinds of `del`: a name, an item, a slice, an attribute. What disappears, what stays?"""


class Box:
    label = "box"

    def __delattr__(self, name):
        print("removing", name)
        super().__delattr__(name)


numbers = list(range(10))
same = numbers
box = Box()
box.label = "tool box"

del numbers[0]
del numbers[::3]
del box.label
del numbers
print(same, box.label)


def forget(key, memory):
    value = memory[key]
    del memory[key]
    del key
    try:
        return key
    except UnboundLocalError:
        return f"forgot where {value} was"


print(forget("keys", {"keys": "hat", "hat": "rack"}))
