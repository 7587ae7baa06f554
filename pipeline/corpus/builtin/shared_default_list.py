def add(item, basket=[]):
    """The default is made once. Put a breakpoint here and look at `basket` before the append."""
    basket.append(item)
    return basket


def shop():
    mine = add("apple")
    yours = add("pear")
    own = add("plum", [])
    row = [0] * 3
    grid = [row] * 2
    grid[0][1] = 5
    row += [9]
    return mine is yours, yours, own, grid
