"""Nobody reads this tap to its end. When does its `finally` run? Step over the `del` and see."""


def tap(name):
    litres = 0
    try:
        while True:
            litres += 1
            yield litres
    finally:
        print(f"{name} turned off at {litres}")


kitchen = tap("kitchen")
for litre in kitchen:
    if litre == 3:
        break
print("still open:", next(kitchen))
del kitchen
bath = next(tap("bath"))
print("washed with", bath)
