import asyncio


async def lift(stone, weight):
    try:
        for effort in range(weight):
            await asyncio.sleep(0)
        if weight > 2:
            raise ValueError(f"{stone} is too heavy")
    except asyncio.CancelledError:
        report.append(f"{stone} put down again")
        raise
    report.append(f"{stone} lifted")


async def crew():
    # One failure cancels the one still at work; the group raises only when both are through.
    async with asyncio.TaskGroup() as group:
        group.create_task(lift("pebble", 1))
        group.create_task(lift("boulder", 3))
        group.create_task(lift("cobble", 9))


report = []
try:
    asyncio.run(crew())
except* ValueError as failures:
    report.extend(map(str, failures.exceptions))
print(*report, sep="\n")
