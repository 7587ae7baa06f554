seen = [None, *range(30)]
xs = iter(seen.pop, None)
for x in xs:
    xs = [1]
    y = x
class Body:
    left = [None, *range(20)]
    held = iter(left.pop, None)
    for x in held:
        held = [x]
        y = x
for x in range(3):
    y = x
    z = [y]
