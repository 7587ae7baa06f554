import copy

# Three names, two lists, one inner list: which assignments show up where?
original = ["top", ["inner"]]
alias = original
shallow = list(original)
deep = copy.deepcopy(original)

alias[0] = "TOP"
shallow[1].append("shared")
original.append(original)
deep[1] *= 2


def rename(things):
    things[0] = "renamed in a callee"
    things = ["a new list, known only here"]
    return things


rename(original)
print(alias is original, alias[2] is alias, len(alias))
print(shallow, deep)
