class Node:
    def __init__(self, key, left=None, right=None):
        self.key = key
        self.left = left
        self.right = right
class Slotted:
    __slots__ = ("node", "more")
def insert(node, key):
    if node is None:
        return Node(key)
    if key < node.key:
        node.left = insert(node.left, key)
    else:
        node.right = insert(node.right, key)
    return node
def deepest(node):
    while node.left or node.right:
        node = node.left or node.right
    return node
def f():
    root = None
    for k in range(12):
        root = insert(root, (k * 5 + 6) % 13)
    chain = None
    for k in range(12):
        chain = Node(k, chain)
    end = deepest(chain)
    end.key = -1
    end.left = chain
    seen = 1
    end.left = None
    slotted = Slotted()
    slotted.node = root
    deepest(root).left = slotted
    slotted.more = [chain]
    slotted.more.append(1)
    holder = Node([chain], {"a": root}, (root, chain))
    holder.key.append(holder)
    holder.right[0].key = 99
    end.extra = 1
    del end.extra
    for node in (root, root.left, root.right):
        node.key += 100
    return holder
