"""A decorator with arguments: three nested functions, and the innermost one catches."""
from functools import wraps


def retry(times, on):
    def decorate(function):
        @wraps(function)
        def attempt(*args, **kwargs):
            for left in reversed(range(times)):
                try:
                    return function(*args, **kwargs)
                except on as error:
                    if not left:
                        raise
                    failures.append(str(error))

        return attempt

    return decorate


failures = []
replies = iter(["busy", "busy", "pong"])


@retry(times=3, on=ConnectionError)
def ping(host, port=80):
    reply = next(replies)
    if reply == "busy":
        raise ConnectionError(f"{host}:{port} is {reply}")
    return reply, len(failures)
