class Node:
    kind = "node"
    def __init__(self, key, *others):
        self.key = key
        self.others = list(others)
class Other(Node):
    pass
class Slotted:
    __slots__ = ("held",)
class Listed(list):
    pass
def quiet(*held):
    seen = 1
    seen = 2
    return seen
def f():
    far = Node("far")
    middle = Node("middle", far, [far])
    root = Node("root", middle)
    every = [root, far]
    state = {"key": "other", "others": []}
    quiet(root, every)
    far.__class__ = Other
    quiet(root, every)
    Other.__name__ = "Renamed"
    quiet(root, every)
    Other.__name__ = "".join(["Ren", "amed"])
    quiet(root, every)
    type.__dict__["__name__"].__set__(Other, "Set")
    quiet(root, every)
    Other.__repr__ = lambda self: "its own"
    quiet(root, every)
    del Other.__repr__
    quiet(root, every)
    far.__class__ = Node
    quiet(root, every)
    Node.kind = "more"
    Node.__name__ = "Vertex"
    quiet(root, every)
    before, far.__dict__ = far.__dict__, state
    quiet(root, every)
    state["key"] = 1
    quiet(root, every)
    before["key"] = 2
    quiet(root, every)
    far.__dict__ = before
    quiet(root, every)
    far.__dict__["others"] = [middle]
    quiet(root, every)
    setattr(far, "ke" + "y", 3)
    quiet(root, every)
    vars(middle)["others"].append(4)
    quiet(root, every)
    vars(middle).update(key=5)
    quiet(root, every)
    vars(far)[6] = 7
    quiet(root, every)
    vars(far).clear()
    quiet(root, every)
    far.others = Listed([1])
    quiet(root, every)
    far.others.append(2)
    quiet(root, every)
    far.others = slotted = Slotted()
    quiet(root, every)
    slotted.held = 1
    quiet(root, every)
    slotted.held = 2
    quiet(root, every)
    far.others = 1
    Node.__module__ = "elsewhere"
    quiet(root, every)
    Node.__module__ = "prog"
    quiet(root, every)
    far.others = globals()
    globals()["added"] = 1
    quiet(root, every)
    globals()["added"] = 2
    return root
