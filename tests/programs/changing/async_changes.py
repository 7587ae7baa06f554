import asyncio
def f():
    xs = []
    async def a(k):
        for i in range(12):
            n = i
            m = n + 1
            xs.append((k, n))
            await asyncio.sleep(0)
            q = n
    async def main():
        await asyncio.gather(a(1), a(2))
    asyncio.run(main())
    return xs
