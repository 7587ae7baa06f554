### become_root | error, denied
import os

os.setuid(0)
os.setresuid(0, 0, 0)

### become_other | error, denied
import os

os.setresuid(1234, 1234, 1234)

### become_groups | error, denied
import os

os.setgroups([0])

### set_user_by_file | denied
import os

os.chmod("/srv/canary/file", 0o4755)

### priority | error, denied
import os

os.setpriority(os.PRIO_PROCESS, 0, -20)

### priority_of_parent | error, denied
import os

os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)

### affinity_of_parent | error, denied
import os

os.sched_setaffinity(os.getppid(), {0})

### limits_of_parent | denied, tampered
import os
import resource

resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (0, 0))

### clock | error, denied
import time

time.clock_settime(time.CLOCK_REALTIME, 0)

### name_of_machine | error, denied
import socket

socket.sethostname("hostile")

### kernel_setting | denied
open("/proc/sys/kernel/core_pattern", "w").write("|/tmp/x")

### kernel_trigger | denied
open("/proc/sysrq-trigger", "w").write("b")

### kernel_log | denied
open("/dev/kmsg", "w").write("hostile")

### score | denied
open("/proc/self/oom_score_adj", "w").write("-1000")

### control_group | denied
open("/sys/fs/cgroup/cgroup.procs", "w").write("1")

### namespaces | tampered, denied
import ctypes

ctypes.CDLL(None).unshare(0x10000000)

### namespaces_of_parent | tampered, denied
import ctypes
import os

ctypes.CDLL(None).setns(os.open(f"/proc/{os.getppid()}/ns/net", os.O_RDONLY), 0)

### mount | tampered, denied
import ctypes

ctypes.CDLL(None).mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None)

### trace_parent | tampered, denied
import ctypes
import os

ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)

### write_parent | tampered, denied
import ctypes
import os

ctypes.CDLL(None).process_vm_writev(os.getppid(), None, 0, None, 0, 0)

### rings | tampered, denied
## holds: a way to make system calls that a filter does not see
import ctypes

ctypes.CDLL(None).syscall(425, 8, bytes(120))

### programs_for_kernel | tampered, denied
import ctypes

ctypes.CDLL(None).syscall(321, 0, None, 0)

### page_faults | tampered, denied
import ctypes

ctypes.CDLL(None).syscall(323, 0)

### filter_of_its_own | tampered, denied
import ctypes

ctypes.CDLL(None).prctl(22, 1, 0, 0, 0)

### dumpable | tampered, denied
import ctypes

ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)

### other_numbers | tampered, denied
## holds: the same system call by another number
import ctypes

ctypes.CDLL(None).syscall(0x40000000 + 57)

### library | tampered, denied
import ctypes

ctypes.CDLL("libc.so.6").system(b"touch /srv/canary/file")

### library_below | tampered, denied
import _ctypes

_ctypes.dlopen("libc.so.6", 0)

### extension_module | denied, error
import importlib.machinery

importlib.machinery.ExtensionFileLoader("x", "/usr/lib/x86_64-linux-gnu/libc.so.6").load_module()

### subinterpreter | tampered, denied
import _xxsubinterpreters

_xxsubinterpreters.run_string(_xxsubinterpreters.create(), "import os; os.fork()")

### subinterpreter_for_tests | tampered, denied, import missing
## holds: a function that is there to test the interpreter runs code in another one
import _testcapi

_testcapi.run_in_subinterp("import os; os.fork()")

### new_device_numbers | tampered, denied
import ctypes

ctypes.CDLL(None).syscall(133, b"/tmp/other", 0o60666, 0xFE00)

### terminal_input | denied, error
import fcntl
import termios

fcntl.ioctl(0, termios.TIOCSTI, b"x")
fcntl.ioctl(1, termios.TIOCSTI, b"x")

### lease | normal, error, denied
import fcntl

fcntl.fcntl(1, fcntl.F_SETOWN, 1)
fcntl.fcntl(1, fcntl.F_SETSIG, 9)

### core_of_any_size | denied
import os
import resource

resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
os.abort()

### terminal_of_its_own | denied
import os

os.openpty()

### terminal_to_log_in | denied
import os

os.login_tty(0)
