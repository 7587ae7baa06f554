def early(seen):
    count = 0
    xs = iter(seen.pop, None)
    for x in xs:
        xs = [1]
        count += 1
        y = x
    return count
def again(seen):
    xs = [1, 2]
    count = 0
    while count < 40:
        for x in xs:
            count += 1
            xs = iter(seen.pop, None) if count % 2 else [3]
        xs = [4, 5]
    return seen
def resumed(seen):
    xs = map(seen.pop, iter(list(seen)[:6].pop, 0))
    for x in iter(seen.pop, None):
        xs = [x]
        yield xs
        xs = [x, xs]
def begins(seen):
    for x in iter(seen.pop, 3):
        y = x
    for x in zip(iter(seen.pop, 1), [1, 2, 3]):
        y = x
    for x in seen: y = x
    for seen[0] in range(3):
        y = seen
    return y
def f():
    total = []
    for k in range(3):
        seen = [None, *range(20)]
        total.append(early(seen))
        total.append(len(again([None, *range(50)])))
        for found in resumed([None, *range(6)]):
            total += found
        begins([None, *range(9)])
    return total
