"""What must hold after each program: of its record, and of the place that it ran in."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import outer
import processes
from manifest import Hostile

from tracing import codec
from tracing.trace import Kind, Trace

_FOLDERS = tuple(folder for folder in outer.WRITABLE if folder != "/run")
_SETTLE_SECONDS = 1.0  # an ended process may take as long to be gone


@dataclass(frozen=True, slots=True)
class Place:
    """The place that programs run in, at rest."""

    processes: frozenset[int]
    files: dict[str, tuple[Any, ...]]
    free: tuple[int, ...]  # blocks of each writable folder

    @classmethod
    def now(cls) -> Place:
        """As it is, once what has ended is collected."""
        _reap()
        return cls(
            frozenset(processes.parents()),
            {path: _fingerprint(path) for folder in _FOLDERS for path in _below(folder)},
            tuple(os.statvfs(folder).f_bavail for folder in _FOLDERS),
        )

    def complaints(self, *, replaced: bool) -> Iterator[str]:
        """How the place differs from what it was. Where the sandbox was `replaced`, its processes
        are others, but as many."""
        now = self._settled(replaced)
        if not self._same_processes(now, replaced):
            more = sorted(now.processes - self.processes)
            yield f"alive: {[processes.command(process) for process in more]} ({more})"
        changed = {path for path, _ in set(self.files.items()) ^ set(now.files.items())}
        if changed:
            yield f"changed files: {sorted(changed)[:5]}"
        elif now.free != self.free:
            yield f"free blocks {self.free} became {now.free}"

    def _settled(self, replaced: bool) -> Place:
        deadline = time.monotonic() + _SETTLE_SECONDS
        now = Place.now()
        while time.monotonic() < deadline and not (
            self._same_processes(now, replaced) and now.free == self.free
        ):
            time.sleep(0.02)
            now = Place.now()
        return now

    def _same_processes(self, now: Place, replaced: bool) -> bool:
        if replaced:
            return len(now.processes) == len(self.processes)
        return now.processes == self.processes


def record(hostile: Hostile, answer: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the record of a program."""
    verdict, detail = answer["verdict"], answer["detail"]
    if answer["id"] != hostile.program.id:
        yield f"the record is that of {answer['id']}"
    if verdict not in hostile.accepts:
        yield f"{verdict}: {detail}" if detail else verdict
    if "\n" in detail or len(detail) > 600 or not _is_text(detail):
        yield f"a detail that is not one line of text: {detail[:80]!r}"
    words = [word for word in hostile.hides if word in detail]
    if "trace" in answer:
        trace = codec.decode(base64.b64decode(answer["trace"]), hostile.program.id)
        words += [word for word in hostile.hides if word in _said(trace)]
        yield from _trace(hostile, trace)
    if words:
        yield f"it shows {words}"


def _trace(hostile: Hostile, trace: Trace) -> Iterator[str]:
    if hostile.stdout is not None and trace.stdout != hostile.stdout.encode():
        yield f"printed {trace.stdout[:200]!r}"
    lines = tuple(
        line for line, kind in zip(trace.lines, trace.kinds, strict=True) if kind == Kind.LINE
    )
    if hostile.lines is not None and lines != hostile.lines:
        yield f"lines {' '.join(map(str, lines[:60]))}"
    for name, text in hostile.shows:
        texts = {trace.scope(event).get(name) for event in range(len(trace))}
        if text not in texts:
            yield f"{name} is never {text!r}, but {sorted(map(str, texts))[:5]}"


def secrets(secret: str, answer: dict[str, Any]) -> Iterator[str]:
    """Whether a secret is in anything that came of a program."""
    data = base64.b64decode(answer.get("trace", ""))
    said = data + answer.get("detail", "").encode("utf-8", "surrogatepass")
    if any(form in said for form in (secret.encode(), secret[::-1].encode())):
        yield "it tells a secret"


def _said(trace: Trace) -> str:
    """Everything that a trace holds beside the program's own code."""
    functions = " ".join(function.qualname for function in trace.functions)
    printed = trace.stdout.decode(errors="replace")
    return "\n".join((*trace.names, *trace.texts, functions, printed))


def _is_text(detail: str) -> bool:
    try:
        detail.encode()
    except UnicodeEncodeError:
        return False
    return True


def _below(folder: str) -> Iterator[str]:
    device = os.stat(folder).st_dev
    for place, folders, files in os.walk(folder):
        if os.stat(place).st_dev != device:  # of the system, and read-only
            folders.clear()
            continue
        yield place
        yield from (os.path.join(place, name) for name in files)


def _fingerprint(path: str) -> tuple[Any, ...]:
    try:
        status = os.lstat(path)
        data = Path(path).read_bytes() if stat.S_ISREG(status.st_mode) else b""
    except OSError as error:
        return (type(error).__name__,)
    if stat.S_ISDIR(status.st_mode):  # what is in it is looked at itself
        return status.st_mode, status.st_uid
    digest = hashlib.sha256(data).hexdigest()
    return status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns, digest


def _reap() -> None:
    """Collect ended processes that became ours."""
    for process, parent in processes.parents().items():
        if parent == 1:
            try:
                if processes.is_zombie(process):
                    os.waitpid(process, os.WNOHANG)
            except ChildProcessError:
                pass
