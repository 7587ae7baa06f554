import csv
import sys
from collections import defaultdict


def totals(rows):
    sums = defaultdict(int)
    for row in rows:
        # csv hands over text; int() is where a bad cell comes to light
        sums[row["region"]] += int(row["units"])
    return dict(sums)


report = totals(csv.DictReader(sys.stdin))
width = max(map(len, report), default=0)
for region in sorted(report, key=report.get, reverse=True):
    print(region.ljust(width), f"{report[region]:>5,}")
