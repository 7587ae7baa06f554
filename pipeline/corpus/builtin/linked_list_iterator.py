class Node:
    def __init__(self, value, rest=None):
        self.value = value
        self.rest = rest


class Walk:
    # A `for` loop asks __next__ at every turn, until it is told to stop.
    def __init__(self, node):
        self.node = node

    def __iter__(self):
        return self

    def __next__(self):
        if self.node is None:
            raise StopIteration
        value, self.node = self.node.value, self.node.rest
        return value


def reverse(node):
    before = None
    while node:
        node.rest, before, node = before, node, node.rest
    return before


chain = Node("a", Node("b", Node("c")))
chain = reverse(chain)
for value in Walk(chain):
    print(value)
walk = Walk(chain)  # `in` walks, too, and what it passed is gone
print("b" in walk, list(walk))
