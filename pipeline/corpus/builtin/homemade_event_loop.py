"""No asyncio in here: a coroutine is driven by send(None), exactly like a generator."""


class Turn:
    def __init__(self, label):
        self.label = label

    def __await__(self):
        answer = yield self.label
        return answer


async def walker(name, steps):
    path = []
    for step in range(steps):
        direction = await Turn(f"{name} asks at {step}")
        path.append(direction)
    return path


def run(*coroutines):
    log, results = [], []
    waiting = {coroutine: None for coroutine in coroutines}
    while waiting:
        for coroutine, answer in list(waiting.items()):
            try:
                question = coroutine.send(answer)
            except StopIteration as stop:
                results.append(stop.value)
                del waiting[coroutine]
            else:
                log.append(question)
                waiting[coroutine] = "left" if len(log) % 2 else "right"
    return log, results


def stroll(first, second):
    return run(walker("Hansel", first), walker("Gretel", second))
