# The experiment fails, every level cleans up, and nobody catches: the run ends in an error.
bench = ["flask", "burner"]


def heat(degrees):
    if degrees > 300:
        raise RuntimeError(f"{bench[0]} cracked at {degrees}")
    return degrees + 150


def experiment(degrees):
    bench.append("sample")
    try:
        while True:
            degrees = heat(degrees)
    except RuntimeError:
        bench.remove("flask")
        raise
    finally:
        bench.remove("sample")
        print("left on the bench:", bench)


try:
    result = experiment(20)
finally:
    bench.clear()
print("never printed", result)
