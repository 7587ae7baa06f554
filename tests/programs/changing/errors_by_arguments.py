class Odd(ValueError):
    def __repr__(self):
        return f"Odd{len(seen)}"
class Named:
    def __repr__(self):
        return f"Named{len(seen)}"
class Key:
    count = 0
seen = []
def fail(number, held):
    if number % 2:
        raise KeyError(number, "key")
    raise ValueError(held)
def f():
    held, named, key = [1], Named(), Key()
    errors = [ValueError("a"), KeyError(1), Odd("b"), OSError(2, "gone"), ExceptionGroup("g", [KeyError(3)])]
    for number in range(8):
        try:
            fail(number, held)
        except (KeyError, ValueError) as e:
            kept = e
            kept.note = number
        held.append(number)
        seen.append(number)
        key.count += 1
    kept.args = (held, 1)
    held.append("later")
    kept.args = ("text", (1, 2))
    kept.args = (named,)
    for error in errors:
        error.args = (*error.args, key)
        key.count += 1
        error.args = [len(seen), 2]
        again = error
    errors[0].args += (errors,)
    errors[0].args = ("<object at 0x7f00>", 10**700)
    return errors
