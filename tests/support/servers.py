"""The processes of a fork server, and servers that are not quite the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.processes import children

from tracing import sandbox
from tracing.isolation import Level
from tracing.sandbox import ForkServer


def server_process(server: ForkServer) -> int:
    """The one that answers: in a world of its own it is the child of the one that was started."""
    assert server._process is not None
    process = server._process.pid
    return min(children(process)) if server.start() is Level.STRICT else process


def template_process(server: ForkServer) -> int:
    """The one that forks."""
    (process,) = children(server_process(server))
    return process


def program_processes(server: ForkServer) -> set[int]:
    """Those of the program that runs."""
    return children(template_process(server))


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """Where a copy of what the server runs begins, in which a text of one file is another one."""
    copy = folder / "capture"
    shutil.copytree(sandbox._START.parent, copy)
    folder.chmod(0o755)
    text = (copy / name).read_text()
    assert text.count(old) == 1
    (copy / name).write_text(text.replace(old, new))
    return copy / "__main__.py"
