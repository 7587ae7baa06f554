"""Started as `python -s -P -S tracing/capture/__main__.py DESCRIPTOR PLAN`.

Loads its own folder under a private name, each module over a private copy of the built-ins, so that
nothing that a program imports or changes is the recorder's. `DESCRIPTOR` is the control socket;
`PLAN` is JSON: the fields of `isolation.Plan`, `limits` (those of each program), and `fixed`,
whether memory is to be at the same addresses in every run.
"""

from __future__ import annotations

import builtins
import os
import sys
import types
from collections.abc import Callable

_PACKAGE = "_recorder"
_MODULES = (
    "quirks",
    "kernel",
    "turns",
    "pinned",
    "paths",
    "proxies",
    "states",
    "hidden",
    "lent",
    "ahead",
    "collected",
    "machine",
    "lines",
    "recursion",
    "columns",
    "classes",
    "heap",
    "inert",
    "entries",
    "rows",
    "sets",
    "nests",
    "graphs",
    "objects",
    "values",
    "context",
    "wire",
    "activation",
    "tracer",
    "unheard",
    "codes",
    "guard",
    "signals",
    "threads",
    "semaphores",
    "streams",
    "keepers",
    "program",
    "plain",
    "rehearsal",
    "landlock",
    "seccomp",
    "namespaces",
    "isolation",
    "room",
    "template",
    "server",
)
_ADDR_NO_RANDOMIZE = 0x0040000


def _load(folder: str) -> dict[str, types.ModuleType]:
    """The modules of the folder, by name, in order of their needs."""
    package = types.ModuleType(_PACKAGE)
    package.__path__ = []  # no other way leads to them
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


def _forget_forks() -> Callable[[], None]:
    """Let no module ask to be told of forks: in a process with one thread they change nothing, and
    telling costs each program more than all else. Undone by what is given back."""
    real = os.register_at_fork
    os.register_at_fork = lambda **hooks: None
    return lambda: setattr(os, "register_at_fork", real)


def main() -> None:
    """Serve on the control socket until the host is gone."""
    hear_of_forks = _forget_forks()
    import json
    import socket

    plan = json.loads(sys.argv[2])
    limits = plan.pop("limits")
    fixed = plan.pop("fixed")
    if fixed:
        _fix_addresses()
    sys.dont_write_bytecode = True
    sys.path += plan["packages"]
    number = int(sys.argv[1])
    sys.argv, sys.orig_argv = [], []  # what they told of this process is not freed in a child
    modules = _load(os.path.dirname(os.path.abspath(__file__)))
    sys.modules["__main__"] = types.ModuleType("__main__")
    control = socket.socket(fileno=number)
    server = modules["server"].Server(control, modules["isolation"].Plan(**plan), limits, fixed)
    try:
        server.prepare(modules.values(), hear_of_forks)
        server.serve()
    except ConnectionError:  # the host was ended
        pass


if __name__ == "__main__":
    main()
