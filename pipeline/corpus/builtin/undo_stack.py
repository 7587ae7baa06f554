from contextlib import ExitStack, contextmanager


@contextmanager
def changed(settings, key, value):
    """A generator with one yield is a context manager: half of it runs before, half after."""
    before = settings[key]
    settings[key] = value
    try:
        yield before
    finally:
        settings[key] = before


def render(theme):
    settings = {"ink": "black", "paper": "white"}
    history = []
    with ExitStack() as undo:
        for key, value in theme.items():
            old = undo.enter_context(changed(settings, key, value))
            history.append(f"{key}: {old} -> {value}")
        undo.callback(history.append, "unwinding")
        history.append(dict(settings))
    return settings, history
