import asyncio

kitchen = []


async def make(what, steps):
    for step in range(steps):
        kitchen.append(f"{what}{step}")
        await asyncio.sleep(0)
    if what == "toast":
        raise RuntimeError("the toast is burnt")
    return what.upper()


async def breakfast():
    """gather() starts all three; at every await another one gets its turn. One of them fails."""
    plates = await asyncio.gather(
        make("tea", 1),
        make("toast", 2),
        make("egg", 3),
        return_exceptions=True,
    )
    return [str(plate) for plate in plates]


print(asyncio.run(breakfast()))
print(" ".join(kitchen))
