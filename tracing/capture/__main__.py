"""Started as `python -s -P -S tracing/capture/__main__.py DESCRIPTOR [PATH...]`.

Loads its own folder under a private name, each module over a private copy of the built-ins, so that
nothing that a program imports or changes is the recorder's. `DESCRIPTOR` is the control socket; the
paths are the folders of installed packages that programs may import.
"""

from __future__ import annotations

import builtins
import os
import sys
import tempfile
import types

_PACKAGE = "_recorder"
_MODULES = (
    "quirks",
    "pinned",
    "proxies",
    "hidden",
    "machine",
    "lines",
    "recursion",
    "columns",
    "values",
    "context",
    "wire",
    "activation",
    "tracer",
    "guard",
    "signals",
    "streams",
    "program",
    "server",
)
_ADDR_NO_RANDOMIZE = 0x0040000


def _load(folder: str) -> dict[str, types.ModuleType]:
    """The modules of the folder, by name, in order of their needs."""
    package = types.ModuleType(_PACKAGE)
    package.__path__ = [folder]
    sys.modules[_PACKAGE] = package
    loaded: dict[str, types.ModuleType] = {}
    for name in _MODULES:
        module = types.ModuleType(f"{_PACKAGE}.{name}")
        path = os.path.join(folder, f"{name}.py")
        module.__dict__.update(
            __package__=_PACKAGE, __file__=path, __builtins__=dict(builtins.__dict__)
        )
        sys.modules[module.__name__] = module
        setattr(package, name, module)
        with open(path, encoding="utf-8") as file:
            code = compile(file.read(), f"<recorder.{name}>", "exec", dont_inherit=True)
        exec(code, module.__dict__)
        loaded[name] = module
    for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
        del sys.modules[name]
    return loaded


def _fix_addresses() -> None:
    """Start again without address randomisation, where that is allowed."""
    import ctypes

    personality = ctypes.CDLL(None).personality
    current = personality(0xFFFFFFFF)
    if current & _ADDR_NO_RANDOMIZE == 0:
        personality(current | _ADDR_NO_RANDOMIZE)
        if personality(0xFFFFFFFF) & _ADDR_NO_RANDOMIZE:
            os.execv(sys.executable, [sys.executable, "-s", "-P", "-S", *sys.argv])


def _leave_for_nowhere() -> None:
    """Make the working directory one that is empty, and that nothing can be put in: a deleted one.
    What it is called is pinned (`pinned.py`)."""
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    os.rmdir(folder)


def main() -> None:
    """Serve on the control socket until the host is gone."""
    _fix_addresses()
    import socket

    sys.dont_write_bytecode = True
    sys.path += sys.argv[2:]
    modules = _load(os.path.dirname(os.path.abspath(__file__)))
    _leave_for_nowhere()
    sys.modules["__main__"] = types.ModuleType("__main__")
    control = socket.socket(fileno=int(sys.argv[1]))
    modules["server"].serve(control, modules.values())


if __name__ == "__main__":
    main()
