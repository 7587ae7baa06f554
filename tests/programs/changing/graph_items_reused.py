class Node:
    def __init__(self, key):
        self.key = key
class Linked(Node):
    def __init__(self, key):
        self.key = key
        self.others = []
def quiet(*held):
    seen = 1
    seen = 2
    return seen
def f():
    nodes = [Node(0), None, [Node(0)], (Node(0), 0)]
    root = Linked(nodes)
    for k in range(1, 5):
        quiet(root, nodes)
        nodes[0] = None; nodes[0] = Node(k)
        quiet(root, nodes)
        nodes[0] = None; nodes[0] = Linked(k)
        quiet(root, nodes)
        nodes[0].others.append(Node(k))
        quiet(root, nodes)
        nodes[0].others[0] = None; nodes[0].others[0] = Node(-k)
        quiet(root, nodes)
        del nodes[0]; nodes.insert(0, Node(k + 0.5))
        quiet(root, nodes)
        nodes[1] = None; nodes[1] = float(k)
        quiet(root, nodes)
        nodes[1] = None; nodes[1] = k * 1000
        quiet(root, nodes)
        nodes[1] = None; nodes[1] = f"text {k}"
        quiet(root, nodes)
        nodes[2] = None; nodes[2] = [Node(k)]
        quiet(root, nodes)
        nodes[2][0] = None; nodes[2][0] = Node(-k)
        quiet(root, nodes)
        nodes[2].clear(); nodes[2].append(Node(k * k))
        quiet(root, nodes)
        nodes[3] = None; nodes[3] = (nodes[0], k)
        quiet(root, nodes)
        nodes[3] = None; nodes[3] = (nodes[0], -k)
        quiet(root, nodes)
        nodes[3] = None; nodes[3] = (Node(k), 0, 0)
        quiet(root, nodes)
        nodes[3] = None; nodes[3] = {"k": k, "node": nodes[0]}
        quiet(root, nodes)
        nodes[3] = None; nodes[3] = {"k": -k, "node": nodes[0]}
        quiet(root, nodes)
        nodes[3] = None; nodes[3] = {nodes[0], k}
        quiet(root, nodes)
        nodes[3] = None; nodes[3] = {nodes[0], -k}
    return root
