# Lists, dictionaries and tuples of the same atoms take one another's place.
def grow(xs, x):
    xs.append(x)
    return xs


def f():
    a = []
    a = ()
    a = []
    a = [1, 2, 3]
    a = (1, 2, 3)
    a = [1, 2, 3]
    a = {1: 2}
    a = [1, 2]
    a = {1: 2}
    a[1] = True
    a[1] = 1.0
    a[True] = 2
    b = a
    b[1], b[2] = 3, 4
    del b[1]
    b[1] = 3
    c = [1, 1]
    c[0] = True
    c[0] = 1.0
    c[0] = -0.0
    c[0] = 0.0
    c[:] = ["1", "1"]
    d = c
    grow(d, None)
    d.sort(key=str)
    d.reverse()
    c *= 0
    grow(c, c)
    c.pop()
    table = [list(range(9)) for _ in range(3)]
    table[1][2] = True
    table[1], table[2] = table[2], table[1]
    row = table[0]
    row.append(row)
    row.pop()
    table.append(row)
    row.clear()
    row.extend(range(9))
    deep = [[[[[[[row]]]]]]]
    deeper = [deep]
    row[0] = ()
    row[0] = (1,)
    return a, b, c, d, table
