"""The processes of a fork server."""

from __future__ import annotations

from support.processes import children

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
