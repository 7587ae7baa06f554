class Node:
    def __init__(self, key, *others):
        self.key = key
        self.others = list(others)
def quiet(*held):
    seen = 1
    seen = 2
    return seen
def f():
    a = Node("a")
    b = Node("b", a)
    c = Node("c", b, a)
    a.others.append(c)
    d = Node("d", a)
    graph = [a, b, c]
    pair = (d, [d, [a]])
    quiet(a, graph)
    d.others.append(b)
    quiet(a, graph)
    a.others[0] = d
    quiet(a, graph)
    d.others.pop()
    quiet(a, graph)
    d.others[0], b.others[0] = b, d
    quiet(a, graph)
    d.key = "far"
    quiet(a, graph)
    d.more = 1
    quiet(a, graph)
    del d.more
    quiet(a, graph)
    b.others = d.others
    quiet(a, graph)
    b.others.insert(0, 5)
    quiet(a, graph)
    d.others[0] = 5.5
    quiet(a, graph)
    d.others[0] += 1
    quiet(a, graph)
    d.others[:] = [[c], (c, 1), c]
    quiet(a, graph)
    d.others[0][0] = a
    quiet(a, graph)
    d.others[1] = (c, 2)
    quiet(a, graph)
    d.others.reverse()
    quiet(a, graph)
    b.others.extend(range(300))
    quiet(a, graph)
    b.others[250] = c
    quiet(a, graph)
    del b.others[20:]
    quiet(a, graph)
    graph.remove(b)
    quiet(a, graph)
    pair[1][1].append(graph)
    quiet(a, graph)
    graph.append(10**700)
    quiet(a, graph)
    graph[-1] = range(3)
    quiet(a, graph)
    graph[-1] = quiet
    quiet.__qualname__ = "still"
    quiet(a, graph)
    d.others.clear()
    return graph
