class Node:
    def __init__(self):
        self.children = {}
        self.is_end = False
        self.marks = set()
        self.more = ()
class Trie:
    def __init__(self):
        self.root = Node()
    def insert(self, word):
        node = self.root
        for char in word:
            if char not in node.children:
                node.children[char] = Node()
            node = node.children[char]
        node.is_end = True
        return node
    def has(self, word):
        node = self.root
        for char in word:
            node = node.children.get(char)
            if node is None:
                return False
        return node.is_end
def f():
    trie = Trie()
    for word in ("an", "and", "to"):
        end = trie.insert(word)
        trie.has(word)
    held = frozenset([end])
    by_node = {end: 1, (end, trie): 2}
    trie.has("an")
    end.marks.add(1)
    trie.has("an")
    end.marks.add(end)
    trie.has("an")
    end.marks.discard(1), end.marks.add(2)
    trie.has("an")
    end.marks.clear(), end.marks.update([1, end])
    trie.has("an")
    end.marks.clear(), end.marks.update([2, end])
    trie.has("an")
    end.marks.update({*range(300)})
    trie.has("an")
    end.marks.remove(end)
    trie.has("an")
    end.more = (held, by_node)
    trie.has("an")
    by_node[end] = Node()
    trie.has("an")
    by_node[end].children[0] = [by_node]
    trie.has("an")
    end.children = trie.root.children
    trie.has("an")
    del trie.root.children["a"].children["n"]
    trie.has("an")
    end.more = 1
    end.children = {"x": trie.root}
    trie.has("an")
    trie.root.children.clear()
    return trie
