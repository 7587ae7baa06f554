import threading
class Node:
    def __init__(self, key, *others):
        self.key = key
        self.others = list(others)
def grow(node):
    k = 0
    while k < 5:
        node.others.append(Node(k))
        yield k
        k += 1
        node.others[-1].key = -k
        yield node
def f():
    root = Node("root", Node("one"))
    other = Node("other", root)
    held = [other, root.others]
    for found in grow(root):
        seen = 1
        seen = 2
        root.others[:-2] = []
        seen = 3
    rest = (root.others.append(Node(k)) for k in range(3))
    seen = 4
    next(rest)
    seen = 5
    next(rest)
    seen = [node.key for node in root.others]
    thread = threading.Thread(target=root.others.append, args=(Node("thread"),))
    seen = 6
    thread.start()
    thread.join()
    seen = 7
    return held
