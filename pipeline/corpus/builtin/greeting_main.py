# The function is itself called `main`: look who calls whom in the first two frames.
def main(*names, greeting="Hello"):
    match names:
        case ():
            whom = "nobody"
        case (only,):
            whom = only
        case (*others, last):
            whom = ", ".join(others) + " and " + last
    return f"{greeting}, {whom}!"
