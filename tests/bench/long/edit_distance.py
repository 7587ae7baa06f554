def distance(a, b):
    rows = [list(range(len(b) + 1))]
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            cost = 0 if a[i - 1] == b[j - 1] else 1
            best = min(row[j - 1] + 1, rows[i - 1][j] + 1, rows[i - 1][j - 1] + cost)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def run():
    """Levenshtein's table for two sentences."""
    return distance("the quick brown fox jumps over", "a lazy dog was quick to jump off")
