"""Runs hostile programs, as process 1 of an outer namespace. Started by `launch.py`; refuses to
start anywhere else. Prints a line of JSON for each program."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import resource
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE.parents[1]), str(_HERE)]

import canary  # noqa: E402
import judge  # noqa: E402
import manifest  # noqa: E402
import outer  # noqa: E402
import processes  # noqa: E402
from host import LIMITS  # noqa: E402
from manifest import Hostile  # noqa: E402

from tracing import codec  # noqa: E402

_GRACE_SECONDS = 5.0  # past the wall time, in which a record must be there
_LOST_SECONDS = 15.0  # past which the host itself is taken for lost
_MEMORY = LIMITS.memory * 3 // 2  # of all processes together, above what they take at rest
_SAMPLE_SECONDS = 0.02


class RefusedError(Exception):
    """This is not the inside of an outer namespace."""


class UnavailableError(Exception):
    """This level of isolation cannot be had here."""


def check_inside(token: str) -> None:
    """Raises RefusedError unless this is the first process of an outer namespace of that token."""
    marker = Path(outer.MARKER)
    for holds, what in (
        (os.getpid() == 1, "not the first process of a pid namespace"),
        (marker.is_file() and marker.read_text() == token, "not in a root made for this"),
        (os.statvfs("/").f_flag & os.ST_RDONLY, "a root that can be written to"),
        (_first_uid() != 0, "a user who is the machine's root"),
        (_interfaces() == {"lo"}, "a network"),
        (0 <= resource.getrlimit(resource.RLIMIT_NPROC)[1] <= outer.PROCESSES, "no limits"),
    ):
        if not holds:
            raise RefusedError(f"hostile programs run in an outer namespace alone: {what}")


def _first_uid() -> int:
    """Who our root user is, as our namespace's parent sees it."""
    return int(Path("/proc/self/uid_map").read_text().split()[1])


def _interfaces() -> set[str]:
    lines = Path("/proc/self/net/dev").read_text().splitlines()[2:]
    return {line.partition(":")[0].strip() for line in lines}


class Host:
    """The process that uses the sandbox; a new one where it was lost."""

    def __init__(self, level: str, secret: str) -> None:
        self._level = level
        self._environment = {
            "PYTHONPATH": os.pathsep.join(sys.path[:2]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOSTILE_SECRET": secret,
        }
        self._start()

    def _start(self) -> None:
        self._errors = open("/run/errors", "a+b")  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_HERE / "host.py"), self._level],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=self._environment,
        )
        self.ready = self._answer(60.0)

    def ask(self, name: str) -> dict[str, Any] | None:
        """What came of a program; None where the host was lost over it, and replaced."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{name}\n".encode())
            self._process.stdin.flush()
            answer = self._answer(LIMITS.wall_seconds + _LOST_SECONDS)
        except OSError:
            answer = None
        if answer is None:
            self._process.kill()
            self._process.wait()
            self._start()
        return answer

    def errors(self) -> str:
        """What the host wrote on its standard error since this was last asked."""
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace")
        self._errors.truncate(0)
        return said

    def _answer(self, seconds: float) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], seconds)
        line = self._process.stdout.readline() if ready else b""
        return json.loads(line) if line else None


class Peak(threading.Thread):
    """The most memory that all processes but this one took together."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self.start()

    def run(self) -> None:
        """Look, again and again."""
        while True:
            own = sum(processes.memory(process) for process in processes.parents() if process != 1)
            self.bytes = max(self.bytes, own)
            time.sleep(_SAMPLE_SECONDS)

    def take(self) -> int:
        """The peak since this was last asked."""
        peak, self.bytes = self.bytes, 0
        return peak


class Suite:
    """One run of the suite at one level."""

    def __init__(self, level: str) -> None:
        self._secret = secrets.token_hex(16)
        _plant(self._secret)
        self._host = Host(level, self._secret)
        if self._host.ready is None:
            raise RuntimeError(f"the host does not start: {self._host.errors()}")
        self.isolation: str = self._host.ready["isolation"]
        if not self.isolation:
            raise UnavailableError(self._host.ready["trouble"])
        self._canary = self._host.ask(canary.NAME)
        again = self._host.ask(canary.NAME)
        if not self._canary or not again or _bytes(again) != _bytes(self._canary):
            raise RuntimeError(f"no two canaries are alike: {self._canary}, {self._host.errors()}")
        self._peak = Peak()
        time.sleep(4 * _SAMPLE_SECONDS)
        self._rest = self._peak.take()

    def run(self, hostile: Hostile) -> dict[str, Any]:
        """Run a program, and tell what came of it and what is to be complained of."""
        place = judge.Place.now()
        shared = processes.shared()
        self._peak.take()
        self._host.errors()
        started = time.monotonic()
        answer = self._host.ask(hostile.path)
        seconds = time.monotonic() - started
        peak = self._peak.take() - self._rest
        shared = processes.shared() - shared
        complaints = list(self._record(hostile, answer))
        if seconds > LIMITS.wall_seconds + _GRACE_SECONDS:
            complaints.append(f"took {seconds:.1f} s")
        if max(peak, shared) > _MEMORY:
            complaints.append(f"took {max(peak, shared) >> 20} MiB of memory")
        if said := self._host.errors():
            complaints.append(f"the host says: {said[:300]}")
        after = self._host.ask(canary.NAME)
        if not after or not self._canary or _bytes(after) != _bytes(self._canary):
            complaints.append(f"the canary after it differs: {_difference(self._canary, after)}")
        replaced = bool(hostile.limits) or answer is None or answer["replaced"]
        complaints += place.complaints(replaced=replaced)
        return {
            "program": hostile.path,
            "verdict": answer["verdict"] if answer else "lost",
            "detail": answer["detail"] if answer else "",
            "digest": _digest(answer),
            "seconds": round(seconds, 2),
            "peak": peak,
            "complaints": complaints,
        }

    def _record(self, hostile: Hostile, answer: dict[str, Any] | None) -> Iterator[str]:
        if answer is None:
            yield "no record: the host was lost"
            return
        yield from judge.record(hostile, answer)
        yield from judge.secrets(self._secret, answer)


def _plant(secret: str) -> None:
    """Secrets to find and canary files to spoil, in places that anybody may write to."""
    folder = Path("/srv/secrets")
    folder.mkdir()
    for name, mode in (("open", 0o644), ("closed", 0o600)):
        (folder / name).write_text(secret)
        (folder / name).chmod(mode)
    for place in ("/srv", "/tmp", "/dev/shm", "/var/tmp"):
        below = Path(place, "canary")
        below.mkdir()
        (below / "file").write_text("sings\n")
        (below / "file").chmod(0o666)
        below.chmod(0o777)


def _bytes(answer: dict[str, Any]) -> object:
    return answer["verdict"], answer.get("trace")


def _difference(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """How two answers differ, in a few words."""
    if not before or not after or "trace" not in before or "trace" not in after:
        return str(after and (after["verdict"], after["detail"]))
    texts = [codec.decode(base64.b64decode(answer["trace"])).texts for answer in (before, after)]
    return " became ".join(
        str([text[:200] for text in one if text not in other][:2])
        for one, other in (texts, texts[::-1])
    )


def _digest(answer: dict[str, Any] | None) -> str:
    """A few digits that are the same where the record is."""
    told = repr(answer and _bytes(answer))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def selected(only: Sequence[str], sample: int) -> list[Hostile]:
    """The programs of these names and categories (none: all); of each category `sample`, evenly
    spread (0: all)."""
    found: list[Hostile] = []
    for category in manifest.CATEGORIES:
        named = [
            hostile
            for hostile in manifest.read()
            if hostile.category == category
            and (not only or {hostile.name, hostile.category, hostile.path}.intersection(only))
        ]
        step = max(1, -(-len(named) // sample)) if sample else 1
        found += named[::step]
    return found


def main(level: str, sample: str, only: str, token: str) -> int:
    """Run what is asked for; 0 where nothing is to be complained of, `outer.UNAVAILABLE` where
    this level cannot be had."""
    check_inside(token)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as process 1: never
    try:
        suite = Suite(level)
    except UnavailableError as error:
        print(json.dumps({"level": level, "unavailable": str(error)}), flush=True)
        return outer.UNAVAILABLE
    print(json.dumps({"level": level, "isolation": suite.isolation}), flush=True)
    failed = 0
    for hostile in selected(only.split(), int(sample)):
        told = suite.run(hostile)
        failed += bool(told["complaints"])
        print(json.dumps(told), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
