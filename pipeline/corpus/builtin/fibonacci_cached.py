from functools import lru_cache


# Only the first call for each n opens a frame; all others are answered by the cache, which is C.
@lru_cache(maxsize=None)
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def golden_ratio(n):
    larger, smaller = fib(n), fib(n - 1)
    hits = fib.cache_info().hits
    return round(larger / smaller, 6), hits
