from heapq import heappop, heappush


def distances(roads: dict[str, dict[str, int]], start: str) -> dict[str, int]:
    """The heap always hands out the nearest open place; stale entries are skipped, not removed."""
    best = {start: 0}
    heap = [(0, start)]
    done = set()
    while heap:
        travelled, place = heappop(heap)
        if place in done:
            continue
        done.add(place)
        for neighbour, length in roads[place].items():
            total = travelled + length
            if total < best.get(neighbour, float("inf")):
                best[neighbour] = total
                heappush(heap, (total, neighbour))
    return best
