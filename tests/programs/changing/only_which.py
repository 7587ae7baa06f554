class Node:
    changes = []
    def __init__(self, key):
        self.key = key
        self.next = None
    def __eq__(self, other):
        self.changes.append(self.key)
        self.key += 1
        return True
    def __bool__(self):
        self.key += 1
        return self.key % 3 > 0
    def __del__(self):
        self.changes.append(-self.key)
def last(node, changes):
    if node is None:
        return node
    while node.next is not None:
        node = node.next
        if node is not None: node.key += 1
    if node:
        node.key += 1
    if node == None:
        return node
    return node
def drop(box):
    node = box.pop()
    if node is None:
        return box
    node = None
    if node is None:
        return box
def f():
    changes = Node.changes
    first = Node(1)
    for k in range(4):
        end = last(first, changes)
        end.next = Node(k)
        dropped = drop([Node(k * 10)])
        if end is not None: end.key = -k
        if end is None:
            break
    first = end = None
    return changes
