"""Filters of system calls: what a program's process can ask of the kernel at all.

The large filter is installed once, in the process that forks, and holds for all its children; the
small one in each child, when all that it takes to run a program is there. A call that is neither
known to be harmless nor to be hostile does not exist (ENOSYS), as on an older kernel; a hostile one
ends the process with SIGSYS.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Iterable, Sequence

from . import kernel

_ARCHITECTURE = 0xC000003E  # x86-64, little-endian
_OTHER_NUMBERS = 0x40000000  # from here on: the 32-bit ones of the same processor
_KILL, _FAIL, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # places in what a filter looks at
_INSTRUCTION, _WORD = struct.Struct("<HBBI"), struct.Struct("<I")
_SET_SECCOMP, _FILTER = 22, 2
_OWN = 0x5EC0_0B1D  # in place of the process's own number

_HARMLESS = """
read write close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask
rt_sigreturn pread64 pwrite64 readv writev access pipe select sched_yield mremap msync mincore
madvise dup dup2 pause nanosleep getitimer alarm setitimer getpid recvfrom recvmsg shutdown
getsockname getpeername setsockopt getsockopt exit wait4 uname fsync fdatasync ftruncate
getdents getdents64 getcwd chdir fchdir readlink umask gettimeofday getrlimit getrusage sysinfo
times getuid getgid geteuid getegid getppid getpgrp getgroups getresuid getresgid getpgid getsid
capget rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack statfs fstatfs getpriority
sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min
sched_rr_get_interval arch_prctl setrlimit gettid readahead getxattr lgetxattr fgetxattr listxattr
llistxattr flistxattr time futex sched_getaffinity epoll_create set_tid_address restart_syscall
fadvise64 timer_create timer_settime timer_gettime timer_getoverrun timer_delete clock_gettime
clock_getres clock_nanosleep exit_group epoll_wait epoll_ctl waitid newfstatat readlinkat faccessat
pselect6 ppoll set_robust_list get_robust_list epoll_pwait signalfd timerfd_create eventfd
timerfd_settime timerfd_gettime signalfd4 eventfd2 epoll_create1 dup3 pipe2 preadv pwritev getcpu
sched_getattr getrandom membarrier preadv2 pwritev2 statx rseq close_range faccessat2 epoll_pwait2
open openat
""".split()
# What the process that forks needs, and a program's does not.
_OF_PARENT = """
kill tgkill prlimit64 prctl seccomp memfd_create setpgid sched_setaffinity clone
""".split()
_HOSTILE = """
shmget shmat shmctl sendfile connect accept sendmsg bind listen fork vfork execve semget semop
semctl shmdt msgget msgsnd msgrcv msgctl flock ptrace syslog setuid setgid setsid setreuid
setregid setgroups setresuid setresgid setfsuid setfsgid capset rt_sigqueueinfo uselib setpriority
sched_setparam sched_setscheduler mlock mlockall modify_ldt pivot_root chroot sync acct mount
umount2 swapon swapoff reboot sethostname setdomainname iopl ioperm init_module delete_module
quotactl tkill io_setup semtimedop mq_open mq_unlink kexec_load add_key
request_key keyctl unshare splice tee vmsplice accept4 rt_tgsigqueueinfo perf_event_open
fanotify_init name_to_handle_at open_by_handle_at clock_adjtime syncfs sendmmsg setns
process_vm_readv process_vm_writev kcmp finit_module sched_setattr kexec_file_load bpf execveat
userfaultfd copy_file_range pidfd_open pidfd_send_signal io_uring_setup io_uring_enter
io_uring_register open_tree move_mount fsopen fsconfig fsmount fspick pidfd_getfd process_madvise
mount_setattr memfd_secret fallocate mknod mknodat chown fchown lchown fchownat setxattr lsetxattr
fsetxattr removexattr lremovexattr fremovexattr
""".split()
_CHANGING_FILES = """
truncate rename mkdir rmdir creat link unlink symlink chmod fchmod utime utimes mkdirat futimesat
unlinkat renameat linkat symlinkat fchmodat utimensat renameat2
""".split()

_NEW_NAMESPACES = 0x7E020080  # flags of `clone`
_THREAD = 0x00010000
_WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o20000000  # flags of `open`: write, create, truncate, …
_UNIX = 1
# Commands of `fcntl`: all but those that name who gets a signal or a lease.
_COMMANDS = (0, 1, 2, 3, 4, 5, 6, 7, 9, 36, 37, 38, 1030, 1031, 1032, 1033, 1034)

Instructions = list[tuple[int, int, int, int]]


def large(changes_files: bool) -> bytes:
    """The filter of the process that forks, and so of all its children. `changes_files`: there is
    a place in which files may be made."""
    return _filter(
        [
            *_rules(_HARMLESS, _ret(_ALLOW)),
            *_rules([name for name in _OF_PARENT if name != "clone"], _ret(_ALLOW)),
            *_rules(["clone"], [*_when(_ANY_BIT, 0, [_NEW_NAMESPACES], _KILL), *_ret(_ALLOW)]),
            *_rules(["socket", "socketpair"], _only(0, [_UNIX], _FAIL | errno.EACCES)),
            *_rules(["ioctl"], _only(1, kernel.REQUESTS, _FAIL | errno.ENOTTY)),
            *_rules(["fcntl"], _only(1, _COMMANDS, _KILL)),
            *_rules(["sendto"], _without_address()),
            *_rules(_CHANGING_FILES, _ret(_ALLOW if changes_files else _KILL)),
            *_rules(_HOSTILE, _ret(_KILL)),
        ],
        _FAIL | errno.ENOSYS,
    )


def small(opens_to_write: bool) -> bytes:
    """What is forbidden to a program's process beyond that. `opens_to_write`: other walls see to it
    that files cannot be written to."""
    rules = [
        *_rules(["kill", "tgkill"], _only(0, [_OWN], _KILL)),
        *_rules(["prlimit64"], _only(0, [0, _OWN], _KILL)),
        *_rules(["clone"], [*_when(_ANY_BIT, 0, [_THREAD], _ALLOW), *_ret(_KILL)]),
        *_rules(["memfd_create", "setpgid", "sched_setaffinity"], _ret(_KILL)),
        *_rules(["prctl", "seccomp"], _ret(_FAIL | errno.EPERM)),
    ]
    if not opens_to_write:
        for name, flags in (("open", 1), ("openat", 2)):
            refuse = _when(_ANY_BIT, flags, [_WRITING], _FAIL | errno.EROFS)
            rules += _rules([name], [*refuse, *_ret(_ALLOW)])
    return _filter(rules, _ALLOW)


class Filter:
    """A filter that is ready to be installed, in this process or one that it forks."""

    def __init__(self, instructions: bytes) -> None:
        size = len(instructions)
        self._code = ctypes.create_string_buffer(instructions, size)
        values = range(_INSTRUCTION.size - _WORD.size, size, _INSTRUCTION.size)
        self._own = [at for at in values if _WORD.unpack_from(instructions, at) == (_OWN,)]
        count, address = size // _INSTRUCTION.size, ctypes.addressof(self._code)
        program = struct.pack("HxxxxxxQ", count, address)
        head = ctypes.create_string_buffer(program, len(program))
        self._install = kernel.ready(_SET_SECCOMP, _FILTER, head)

    def install(self, process: int) -> None:
        """Filter the calls of this process, which has that number, and of its children. Raises
        OSError."""
        for place in self._own:
            _WORD.pack_into(self._code, place, process)
        self._install()


def _filter(rules: Instructions, otherwise: int) -> bytes:
    code: Instructions = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, _ARCHITECTURE),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _OTHER_NUMBERS),
        (_RETURN, 0, 0, _KILL),
        *rules,
        (_RETURN, 0, 0, otherwise),
    ]
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in code)


def _rules(names: Iterable[str], body: Instructions) -> Instructions:
    """What to do at these calls; the body returns."""
    rules: Instructions = []
    for name in names:
        rules += [(_EQUAL, 0, len(body), kernel.CALLS[name]), *body]
    return rules


def _ret(what: int) -> Instructions:
    return [(_RETURN, 0, 0, what)]


def _when(test: int, argument: int, values: Sequence[int], what: int) -> Instructions:
    """Return `what` where the test of an argument's lower half holds for one of the values."""
    code: Instructions = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument)]
    for value in values:
        code += [(test, 0, 1, value), (_RETURN, 0, 0, what)]
    return code


def _only(argument: int, values: Sequence[int], otherwise: int) -> Instructions:
    return [*_when(_EQUAL, argument, values, _ALLOW), *_ret(otherwise)]


def _without_address() -> Instructions:
    """Sending to nobody else than the other end: where the address, a pointer, is null."""
    low, high = _ARGUMENTS + 8 * 4, _ARGUMENTS + 8 * 4 + 4
    return [
        (_LOAD, 0, 0, low),
        (_EQUAL, 0, 3, 0),
        (_LOAD, 0, 0, high),
        (_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL),
    ]
