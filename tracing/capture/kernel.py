"""Calls of the Linux kernel that the standard library lacks, by their numbers on x86-64."""

from __future__ import annotations

import ctypes
import mmap
import os
import platform
from collections.abc import Callable, Set
from typing import Any

MACHINE = "x86_64"  # numbers differ elsewhere: nothing here is tried there
CALLS = {
    name: int(number)
    for name, _, number in (
        entry.partition("=")
        for entry in """
    read=0 write=1 open=2 close=3 stat=4 fstat=5 lstat=6 poll=7 lseek=8 mmap=9 mprotect=10 munmap=11
    brk=12 rt_sigaction=13 rt_sigprocmask=14 rt_sigreturn=15 ioctl=16 pread64=17 pwrite64=18
    readv=19 writev=20 access=21 pipe=22 select=23 sched_yield=24 mremap=25 msync=26 mincore=27
    madvise=28 shmget=29 shmat=30 shmctl=31 dup=32 dup2=33 pause=34 nanosleep=35 getitimer=36
    alarm=37 setitimer=38 getpid=39 sendfile=40 socket=41 connect=42 accept=43 sendto=44
    recvfrom=45 sendmsg=46 recvmsg=47 shutdown=48 bind=49 listen=50 getsockname=51 getpeername=52
    socketpair=53 setsockopt=54 getsockopt=55 clone=56 fork=57 vfork=58 execve=59 exit=60 wait4=61
    kill=62 uname=63 semget=64 semop=65 semctl=66 shmdt=67 msgget=68 msgsnd=69 msgrcv=70 msgctl=71
    fcntl=72 flock=73 fsync=74 fdatasync=75 truncate=76 ftruncate=77 getdents=78 getcwd=79 chdir=80
    fchdir=81 rename=82 mkdir=83 rmdir=84 creat=85 link=86 unlink=87 symlink=88 readlink=89
    chmod=90 fchmod=91 chown=92 fchown=93 lchown=94 umask=95 gettimeofday=96 getrlimit=97
    getrusage=98 sysinfo=99 times=100 ptrace=101 getuid=102 syslog=103 getgid=104 setuid=105
    setgid=106 geteuid=107 getegid=108 setpgid=109 getppid=110 getpgrp=111 setsid=112 setreuid=113
    setregid=114 getgroups=115 setgroups=116 setresuid=117 getresuid=118 setresgid=119
    getresgid=120 getpgid=121 setfsuid=122 setfsgid=123 getsid=124 capget=125 capset=126
    rt_sigpending=127 rt_sigtimedwait=128 rt_sigqueueinfo=129 rt_sigsuspend=130 sigaltstack=131
    utime=132 mknod=133 uselib=134 personality=135 statfs=137 fstatfs=138 getpriority=140
    setpriority=141 sched_setparam=142 sched_getparam=143 sched_setscheduler=144
    sched_getscheduler=145 sched_get_priority_max=146 sched_get_priority_min=147
    sched_rr_get_interval=148 mlock=149 munlock=150 mlockall=151 munlockall=152 modify_ldt=154
    pivot_root=155 prctl=157 arch_prctl=158 setrlimit=160 chroot=161 sync=162 acct=163 mount=165
    umount2=166 swapon=167 swapoff=168 reboot=169 sethostname=170 setdomainname=171 iopl=172
    ioperm=173 init_module=175 delete_module=176 quotactl=179 gettid=186 readahead=187
    setxattr=188 lsetxattr=189 fsetxattr=190 getxattr=191 lgetxattr=192 fgetxattr=193
    listxattr=194 llistxattr=195 flistxattr=196 removexattr=197 lremovexattr=198 fremovexattr=199
    tkill=200 time=201 futex=202 sched_setaffinity=203 sched_getaffinity=204 io_setup=206
    epoll_create=213 getdents64=217 set_tid_address=218 restart_syscall=219 semtimedop=220
    fadvise64=221 timer_create=222 timer_settime=223 timer_gettime=224 timer_getoverrun=225
    timer_delete=226 clock_gettime=228 clock_getres=229 clock_nanosleep=230 exit_group=231
    epoll_wait=232 epoll_ctl=233 tgkill=234 utimes=235 mq_open=240 mq_unlink=241 kexec_load=246
    waitid=247 add_key=248 request_key=249 keyctl=250 inotify_init=253 openat=257 mkdirat=258
    mknodat=259 fchownat=260 futimesat=261 newfstatat=262 unlinkat=263 renameat=264 linkat=265
    symlinkat=266 readlinkat=267 fchmodat=268 faccessat=269 pselect6=270 ppoll=271 unshare=272
    set_robust_list=273 get_robust_list=274 splice=275 tee=276 vmsplice=278 utimensat=280
    epoll_pwait=281 signalfd=282 timerfd_create=283 eventfd=284 fallocate=285 timerfd_settime=286
    timerfd_gettime=287 accept4=288 signalfd4=289 eventfd2=290 epoll_create1=291 dup3=292 pipe2=293
    inotify_init1=294 preadv=295 pwritev=296 rt_tgsigqueueinfo=297 perf_event_open=298 recvmmsg=299
    fanotify_init=300 prlimit64=302 name_to_handle_at=303 open_by_handle_at=304 clock_adjtime=305
    syncfs=306 sendmmsg=307 setns=308 getcpu=309 process_vm_readv=310 process_vm_writev=311
    kcmp=312 finit_module=313 sched_setattr=314 sched_getattr=315 renameat2=316 seccomp=317
    getrandom=318 memfd_create=319 kexec_file_load=320 bpf=321 execveat=322 userfaultfd=323
    membarrier=324 copy_file_range=326 preadv2=327 pwritev2=328 statx=332 rseq=334
    pidfd_send_signal=424 io_uring_setup=425 io_uring_enter=426 io_uring_register=427 open_tree=428
    move_mount=429 fsopen=430 fsconfig=431 fsmount=432 fspick=433 pidfd_open=434 clone3=435
    close_range=436 openat2=437 pidfd_getfd=438 faccessat2=439 process_madvise=440 epoll_pwait2=441
    mount_setattr=442 landlock_create_ruleset=444 landlock_add_rule=445 landlock_restrict_self=446
    memfd_secret=447
    """.split()
    )
}
# Harmless requests of `ioctl`: terminal or not, its size, bytes to read, blocking, closing on exec.
REQUESTS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
_SET_NO_NEW_PRIVILEGES, _SET_DUMPABLE, _DROP_FROM_BOUND = 38, 4, 24
_PARENT_DEATH_SIGNAL, _SUBREAPER = 1, 36
_CAPABILITIES_VERSION = 0x20080522

# Classes are made here, where it is seen to it that programs do not find them.
_Header, _Sets = ctypes.c_uint32 * 2, ctypes.c_uint32 * 6
_Usage = ctypes.c_long * 18  # twice seconds and microseconds, then numbers
_libc = ctypes.CDLL(None, use_errno=True)
_wait, _wait_for_any, _processor = _libc.wait4, _libc.waitpid, _libc.sched_getcpu
# Before it is refused to programs.
set_processors = os.sched_setaffinity


def is_known() -> bool:
    """Whether the numbers hold on this machine."""
    return platform.machine() == MACHINE


def system(name: str, *arguments: Any) -> int:
    """A system call. Raises OSError, its text naming the call."""
    return _checked(name, _libc.syscall(ctypes.c_long(CALLS[name]), *arguments))


def prctl(option: int, *arguments: Any) -> int:
    """`prctl`, whose arguments are five. Raises OSError."""
    return ready(option, *arguments)()


def ready(option: int, *arguments: Any) -> Callable[[], int]:
    """A call of `prctl` with all that it takes made beforehand."""
    words = list(map(_word, (option, *arguments, 0, 0, 0, 0)[:5]))
    name, call = f"prctl {option}", _libc.prctl
    return lambda: _checked(name, call(*words))


def _word(argument: Any) -> Any:
    return ctypes.c_ulong(argument) if isinstance(argument, int) else argument


def _checked(what: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def ending_with_parent(signal: int) -> Callable[[], int]:
    """A call by which a process gets a signal when the process that made it ends."""
    return ready(_PARENT_DEATH_SIGNAL, signal)


class Ending:
    """How children of a process end, in memory that it shares with another."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._child = ctypes.c_int.from_buffer(memory)
        self._status = ctypes.c_int.from_buffer(memory, 4)
        self._usage = _Usage.from_buffer(memory, 8)
        self._where = ctypes.byref(self._status), 0, ctypes.byref(self._usage)

    def wait(self, child: int) -> None:
        """Wait for the end of a child of this process; no object stays that was not there."""
        self._child.value = child
        _wait(child, *self._where)

    def clear(self) -> None:
        """Forget the last child."""
        self._child.value = 0

    @property
    def child(self) -> int:
        """The number of the child that is waited for; 0 where there is none."""
        return self._child.value

    @property
    def status(self) -> int:
        """The child's wait status."""
        return self._status.value

    @property
    def seconds(self) -> float:
        """The time of a processor that it took."""
        user, of_user, system, of_system, *_ = self._usage
        return user + system + (of_user + of_system) / 1e6

    @property
    def peak(self) -> int:
        """The most memory that it had, in bytes."""
        return self._usage[4] * 1024


def is_alone() -> bool:
    """Whether this process has no child, not even one that has ended."""
    return bool(_wait_for_any(-1, None, os.WNOHANG) == -1)


def processor() -> int:
    """The number of the processor that this runs on."""
    number: int = _processor()
    return number


def run_on(process: int, processors: Set[int]) -> None:
    """Let a process (0: this one) run on these processors alone; nothing where it is gone, or where
    they are not to be had."""
    try:
        set_processors(process, processors)
    except OSError:
        pass


def adopt_orphans() -> None:
    """Become the parent of descendants whose own has ended."""
    prctl(_SUBREAPER, 1)


def be_inspected(allowed: bool) -> None:
    """Whether others of the same user may look into this process, and it into itself."""
    prctl(_SET_DUMPABLE, int(allowed))


def become(user: int) -> None:
    """Be another user, of a group of the same number alone, for ever."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def give_up_privileges() -> None:
    """Have no capability, and never get one."""
    for capability in range(64):
        try:
            prctl(_DROP_FROM_BOUND, capability)
        except OSError:  # there is none of this number, or one may not
            break
    system("capset", _Header(_CAPABILITIES_VERSION, 0), _Sets())
    prctl(_SET_NO_NEW_PRIVILEGES, 1)
