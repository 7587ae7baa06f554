"""A pipeline of generators: one line travels through all of them before the next is read."""
import sys


def entries(lines):
    for line in lines:
        level, _, message = line.rstrip("\n").partition(": ")
        if message:
            yield level, message


def at_least(level, records):
    order = ["debug", "info", "warn", "error"]
    for record in records:
        if order.index(record[0]) >= order.index(level):
            yield record


def without_repeats(records):
    last = None
    for record in records:
        if record != last:
            yield record
        last = record


for level, message in without_repeats(at_least("warn", entries(sys.stdin))):
    print(f"[{level.upper()}] {message}")
