import functools

log = []


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        log.append(f"{'  ' * wrapper.depth}{function.__name__}{args}")
        wrapper.depth += 1
        try:
            return function(*args)
        finally:
            wrapper.depth -= 1

    wrapper.depth = 0
    return wrapper


@logged
def factorial(n):
    # Each recursion goes through the wrapper: two frames a level, and `finally` on the way up.
    return 1 if n < 2 else n * factorial(n - 1)
