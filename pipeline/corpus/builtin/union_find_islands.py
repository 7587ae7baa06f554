# Watch `parent`: joining moves one root, and every later find() flattens the path it walked.
class DisjointSets:
    def __init__(self, size):
        self.parent = list(range(size))
        self.count = size

    def find(self, item):
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, a, b):
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        self.parent[a] = b
        self.count -= 1
        return True


bridges = [(0, 1), (2, 3), (1, 2), (0, 3), (5, 6)]
islands = DisjointSets(7)
needless = [bridge for bridge in bridges if not islands.join(*bridge)]
print(islands.count, "groups of islands;", needless, "connect nothing new")
