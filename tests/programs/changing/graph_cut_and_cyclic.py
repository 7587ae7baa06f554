class Node:
    def __init__(self, key, *others):
        self.key = key
        self.others = list(others)
def quiet(*held):
    seen = 1
    seen = 2
    return seen
def f():
    chain = [Node(0)]
    for k in range(1, 9):
        chain.append(Node(k, chain[-1], [k]))
    long = Node("long" * 600, chain[2])
    for k in range(9):
        quiet(chain[8], chain[4], long)
        chain[k].key += 100
        quiet(chain[8], chain[4], long)
        chain[k].others.append(k)
        quiet(chain[8], chain[4], long)
    chain[0].others.append(chain[8])
    quiet(chain[8], chain[4], long)
    chain[0].others[0] = chain[3]
    quiet(chain[8], chain[4], long)
    chain[3].others.append(chain[3].others)
    quiet(chain[8], chain[4], long)
    chain[3].others[-1] = [chain[3].others]
    quiet(chain[8], chain[4], long)
    chain[1].others[:] = [[[[[[[[[1]]]]]]]], chain[1]]
    quiet(chain[8], chain[4], long)
    chain[1].others[0][0][0][0][0] = ()
    return long
