import sys
from collections import Counter

STOP = {"the", "a", "of", "and"}

# `counts` changes in place inside update(): no line of this program assigns to it again.
counts = Counter()
for line in sys.stdin:
    words = (word.strip(".,;!?").lower() for word in line.split())
    counts.update(word for word in words if word not in STOP)

for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:4]:
    print(f"{word:<8}{'#' * count}")
