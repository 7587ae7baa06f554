import heapq


def run():
    """Dijkstra's distances in a grid of a hundred and forty-four places."""
    size = 12
    distances = {(0, 0): 0}
    pending = [(0, (0, 0))]
    done = set()
    while pending:
        distance, place = heapq.heappop(pending)
        if place in done:
            continue
        done.add(place)
        x, y = place
        for near in ((x + 1, y), (x, y + 1), (x - 1, y), (x, y - 1)):
            if min(near) < 0 or max(near) >= size:
                continue
            further = distance + (7 * near[0] + 3 * near[1]) % 10
            if further < distances.get(near, 10**9):
                distances[near] = further
                heapq.heappush(pending, (further, near))
    return distances[size - 1, size - 1]
