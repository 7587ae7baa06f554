import asyncio


class Sensor:
    # `async with` and `async for` are awaits in disguise; follow them into these methods.
    def __init__(self, *readings):
        self.readings = list(readings)
        self.online = False

    async def __aenter__(self):
        await asyncio.sleep(0)
        self.online = True
        return self

    async def __aexit__(self, kind, error, traceback):
        self.online = False
        return kind is OverflowError

    async def stream(self):
        for reading in self.readings:
            await asyncio.sleep(0)
            if reading > 99:
                raise OverflowError(reading)
            yield reading


async def survey(sensor):
    seen = []
    async with sensor:
        async for reading in sensor.stream():
            seen.append(reading)
        seen.append("end")
    warm = [r async for r in Sensor(21, 18, 25).stream() if r > 20]
    return seen, warm, sensor.online


print(asyncio.run(survey(Sensor(20, 45, 120, 30))))
