"""A robot reads its orders from standard input; `match` takes each line apart."""
import sys

x = y = 0
facing = (0, 1)
for number, line in enumerate(sys.stdin, 1):
    match line.split():
        case []:
            continue
        case ["left"]:
            facing = (-facing[1], facing[0])
        case ["right"]:
            facing = (facing[1], -facing[0])
        case ["go", steps] if steps.isdigit():
            x += facing[0] * int(steps)
            y += facing[1] * int(steps)
        case ["halt", *reason]:
            print("halted:", " ".join(reason) or "no reason given")
            break
        case [verb, *_]:
            print(f"line {number}: cannot {verb}")
else:
    print("out of orders")
print("at", (x, y), "facing", facing)
