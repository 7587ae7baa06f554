class Node:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


def insert(node, key):
    if node is None:
        return Node(key)
    if key < node.key:
        node.left = insert(node.left, key)
    else:
        node.right = insert(node.right, key)
    return node


def run():
    """A search tree of user-defined nodes."""
    root = None
    for k in range(60):
        root = insert(root, (k * 37) % 101)
    depth, pending = 0, [(root, 1)]
    while pending:
        node, level = pending.pop()
        depth = max(depth, level)
        for child in (node.left, node.right):
            if child is not None:
                pending.append((child, level + 1))
    return depth
