def check(form):
    """Collects every complaint before raising, instead of stopping at the first one."""
    problems = []
    if not form.get("name"):
        problems.append(KeyError("name"))
    try:
        age = int(form.get("age", ""))
    except ValueError as error:
        problems.append(error)
    else:
        if age < 0:
            problems.append(OverflowError(age))
    if problems:
        raise ExceptionGroup("bad form", problems)
    return age


def submit(form):
    notes = []
    try:
        notes.append(check(form))
    except* KeyError as group:
        notes.append(f"missing: {group.exceptions[0]}")
    except* ValueError as group:
        notes.append(f"unreadable: {group.exceptions[0]}")
    return notes
