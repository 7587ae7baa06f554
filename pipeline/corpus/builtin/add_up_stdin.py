def add_up(unit):
    """Reads until the input ends; what is not a number is put aside, and EOFError ends the loop."""
    total = 0
    rejects = []
    while True:
        try:
            line = input()
            total += int(line)
        except ValueError:
            rejects.append(line)
        except EOFError:
            break
    return f"{total} {unit}", rejects
