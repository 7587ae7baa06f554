"""The outer namespace: a place in which a hole in the sandbox harms nothing.

Processes in it have user, pid, mount, network, ipc and uts namespaces of their own. Their root user
is nobody outside: no file, device or kernel setting of the machine is theirs. They see a root of
their own, read-only, that holds the system's programs and what is named, and memory for temporary
files; they have no network. They are bounded by the kernel's limits and by a watcher that ends all
of them at once where together they take too much memory, or where the machine runs short of it.
All of them end with the process that made the namespace.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import secrets
import select
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import processes

MARKER = "/outer"  # a file of the inner root; it holds the token that `run.py` is started with
WRITABLE = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/srv")  # memory, sized, in the namespace
PROCESSES = 400  # of one user
UNAVAILABLE = 77  # exit status: it cannot be had here

_FIRST_UID, _UIDS = 1_000_000, 65_536  # who they are outside, where we may choose
_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc/ld.so.cache")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442
_MS_RDONLY, _MS_NOSUID, _MS_NODEV = 1, 2, 4
_MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 32, 4096, 16384, 1 << 18
_MNT_DETACH, _AT_RECURSIVE = 2, 0x8000
_NEW_NS, _NEW_UTS, _NEW_IPC = 0x00020000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PID, _NEW_NET = 0x10000000, 0x20000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
# What root has in an ordinary container: chown, dac_override, fowner, fsetid, kill, setgid, setuid,
# setpcap, net_bind_service, net_raw, sys_chroot, mknod, audit_write, setfcap.
_CAPABILITIES = frozenset({0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31})
_LAST_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True)


class OuterError(Exception):
    """An outer namespace cannot be made here."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What all processes of the namespace may take together; bytes and numbers."""

    memory: int = 1_500 << 20
    left_to_others: int = 2 << 30  # available memory of the machine
    processes: int = 1_000
    disk: int = 128 << 20  # of each writable folder


def run_inside(
    command: Sequence[str],
    readable: Iterable[Path],
    copied: Iterable[Path],
    output: Callable[[bytes], None],
    bounds: Bounds = Bounds(),
) -> int:
    """Run `command` as process 1 of a new outer namespace; its exit status.

    The token of the namespace is added to the command as its last argument. `readable` are the
    files and folders that it sees beside the system's, `copied` those that it sees as they are now.
    `output` takes what it prints.

    Raises OuterError where the namespace cannot be made.
    """
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="outer-") as root:
        printed, print_end = os.pipe()
        troubles, trouble_end = os.pipe()
        ours, theirs = _pair()
        child = os.fork()
        if child == 0:
            os.close(ours)
            plan = _Plan(
                root, [*command, token], tuple(readable), tuple(copied), token, bounds, theirs
            )
            _be_child(plan, print_end, trouble_end)
        for descriptor in (print_end, trouble_end, theirs):
            os.close(descriptor)
        _map_users(child, ours)
        status = _follow(child, printed, output, bounds)
        trouble = os.read(troubles, 4096).decode()
        for descriptor in (printed, troubles, ours):
            os.close(descriptor)
    if trouble:
        raise OuterError(trouble)
    return status


@dataclass(frozen=True, slots=True)
class _Plan:
    root: str
    command: list[str]
    readable: tuple[Path, ...]
    copied: tuple[Path, ...]
    token: str
    bounds: Bounds
    control: int


def _pair() -> tuple[int, int]:
    ours, theirs = socket.socketpair()
    return ours.detach(), theirs.detach()


def _map_users(child: int, control: int) -> None:
    """Give the child's user namespace its users, once it has one: only we may."""
    if not os.read(control, 1):
        return
    if os.geteuid() == 0:
        for kind in ("uid_map", "gid_map"):
            Path(f"/proc/{child}/{kind}").write_text(f"0 {_FIRST_UID} {_UIDS}")
    os.write(control, b".")


def _follow(child: int, printed: int, output: Callable[[bytes], None], bounds: Bounds) -> int:
    """Pass on what is printed until the child ends; end it where it takes too much."""
    handle = os.pidfd_open(child)
    try:
        while True:
            ready, _, _ = select.select([printed, handle], [], [], 0.05)
            if printed in ready and (data := os.read(printed, 1 << 16)):
                output(data)
            elif handle in ready:
                return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            if excess := _excess(child, bounds):
                os.kill(child, signal.SIGKILL)
                output(f"\nended from outside: {excess}\n".encode())
                select.select([handle], [], [])
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(handle)


def _excess(child: int, bounds: Bounds) -> str:
    """What is too much, in words; empty where nothing is."""
    inside = processes.descendants(child)
    if len(inside) > bounds.processes:
        return f"{len(inside)} processes"
    memory = sum(map(processes.memory, inside))
    if memory > bounds.memory:
        return f"{memory >> 20} MiB of memory"
    if (left := processes.available()) < bounds.left_to_others:
        return f"only {left >> 20} MiB of memory left to others"
    return ""


def _be_child(plan: _Plan, print_end: int, trouble_end: int) -> NoReturn:
    """The process that makes the namespace and waits for it; never returns."""
    try:
        _keep_only(print_end, plan.control, trouble_end)
        _die_with_parent()
        os.setsid()
        _enter(plan)
        inside = os.fork()
        if inside == 0:
            _die_with_parent()
            _be_first(plan)
        os.close(trouble_end)
        os._exit(abs(os.waitstatus_to_exitcode(os.waitpid(inside, 0)[1])))
    except BaseException as error:
        os.write(trouble_end, f"{error}"[:1000].encode())
        os._exit(1)


def _enter(plan: _Plan) -> None:
    """Real root builds the new root first and then stops being root; others need to be the root of
    a namespace of their own in order to build anything."""
    others = _NEW_PID | _NEW_NET | _NEW_IPC | _NEW_UTS
    if os.geteuid() == 0:
        _call("unshare", _NEW_NS)
        _build(plan)
        _call("unshare", _NEW_USER | _NEW_NS | others)
        _wait_for_users(plan.control)
        os.setgroups([])
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
    else:
        user, group = os.geteuid(), os.getegid()
        _call("unshare", _NEW_USER | _NEW_NS)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
        _wait_for_users(plan.control)
        _build(plan)
        _call("unshare", _NEW_NS | others)
    _die_with_parent()  # a change of user forgets it


def _wait_for_users(control: int) -> None:
    os.write(control, b".")
    os.read(control, 1)
    os.close(control)


def _build(plan: _Plan) -> None:
    """Make the new root in memory, and move into it. Nothing of this is seen outside."""
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    root = Path(plan.root)
    _mount("tmpfs", plan.root, "tmpfs", _MS_NOSUID, "size=16m,mode=755")
    for name in (*WRITABLE, "/proc", "/etc", "/root"):
        (root / name.lstrip("/")).mkdir(parents=True, exist_ok=True)
    for name in WRITABLE:  # before what is shown: that may lie below one of them
        options = f"size={plan.bounds.disk},mode=1777"
        _mount("tmpfs", str(root / name.lstrip("/")), "tmpfs", _MS_NOSUID | _MS_NODEV, options)
    for name in _SYSTEM:
        _place(root, Path("/", name))
    for path in plan.readable:
        _place(root, path)
    for path in plan.copied:
        _copy(path, root / path.relative_to("/"))
    for name in _DEVICES:
        _bind(Path("/dev", name), root / "dev" / name, devices=True)
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
    (root / MARKER.lstrip("/")).write_text(plan.token)
    _mount("/proc", str(root / "proc"), None, _MS_BIND | _MS_REC)  # makes room for one of our own
    os.chdir(plan.root)
    _syscall(_number(_PIVOT_ROOT), b".", b".")
    _call("umount2", b".", _MNT_DETACH)
    os.chdir("/")


def _place(root: Path, path: Path) -> None:
    """Show a file or folder in the new root where it is in the old one."""
    if path.is_symlink():
        (root / path.relative_to("/")).symlink_to(path.readlink())
    elif path.exists():
        _bind(path, root / path.relative_to("/"))


def _copy(folder: Path, place: Path) -> None:
    """Copy a folder, so that everybody can read it."""
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (place, *place.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _bind(path: Path, place: Path, *, devices: bool = False) -> None:
    """Show `path` at `place`, read-only, with all that is mounted below it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        place.mkdir(exist_ok=True)
    else:
        place.touch()
    _mount(str(path), str(place), None, _MS_BIND | _MS_REC)
    if not devices:
        attributes = (ctypes.c_uint64 * 4)(_MS_RDONLY | _MS_NOSUID | _MS_NODEV, 0, 0, 0)
        size = ctypes.sizeof(attributes)
        _syscall(_MOUNT_SETATTR, -100, os.fsencode(place), _AT_RECURSIVE, attributes, size)


def _be_first(plan: _Plan) -> NoReturn:
    """Process 1 of the namespace: the last mounts, limits, capabilities, and the command."""
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | 8)
    _mount(None, "/", None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID)
    for kind, value in (
        (resource.RLIMIT_AS, 4 << 30),
        (resource.RLIMIT_FSIZE, plan.bounds.disk),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    for capability in range(_LAST_CAPABILITY + 1):
        if capability not in _CAPABILITIES:
            _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/root", "TMPDIR": "/tmp"}
    os.execve(plan.command[0], plan.command, environment)


def _keep_only(print_end: int, *others: int) -> None:
    """The standard streams, and the others until the command starts."""
    null = os.open(os.devnull, os.O_RDWR)
    for number, descriptor in enumerate((null, print_end, print_end)):
        os.dup2(descriptor, number)
    for descriptor in range(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0]):
        if descriptor not in others:
            try:
                os.close(descriptor)
            except OSError:  # not open
                pass


def _die_with_parent() -> None:
    _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    data = None if options is None else options.encode()
    _call("mount", *texts, ctypes.c_ulong(flags), data, what=f"mount {target}")


def _number(numbers: dict[str, int]) -> int:
    try:
        return numbers[platform.machine()]
    except KeyError:
        raise OuterError(f"not known how on {platform.machine()}") from None


def _syscall(number: int, *arguments: object) -> None:
    _call("syscall", ctypes.c_long(number), *arguments, what=f"system call {number}")


def _call(name: str, *arguments: object, what: str = "") -> None:
    if getattr(_libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OuterError(f"{what or name}: {os.strerror(number)}")
