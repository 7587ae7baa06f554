### environment | normal
## holds: none of the host's
## stdout: "[]\n"
import os

print([name for name in os.environ if "SECRET" in name])

### environment_below | normal
import os
import posix

print(sorted(posix.environ), sorted(os.environb))

### environment_of_itself | denied
print(open("/proc/self/environ", "rb").read())

### environment_of_parent | denied
import os

print(open(f"/proc/{os.getppid()}/environ", "rb").read())

### environment_of_everybody | denied
for process in range(1, 200):
    try:
        print(open(f"/proc/{process}/environ", "rb").read())
    except OSError:
        pass

### command_of_parent | denied
import os

print(open(f"/proc/{os.getppid()}/cmdline").read())

### file | denied
print(open("/srv/secrets/open").read())

### file_closed | denied
print(open("/srv/secrets/closed").read())

### file_by_list | denied, error, normal
import linecache

print(linecache.getlines("/srv/secrets/open"))

### file_by_import | denied
## holds: the import system reads files too
import importlib.machinery

importlib.machinery.SourceFileLoader("x", "/srv/secrets/open").load_module()

### file_by_loader | denied
import importlib.machinery

print(importlib.machinery.SourceFileLoader("x", "x").get_data("/srv/secrets/open"))

### file_by_io_open_code | denied
import io

print(io.open_code("/srv/secrets/open").read())

### file_by_path_entry | denied, import missing
import sys

sys.path.insert(0, "/srv/secrets")
import open

### file_by_zip | denied, error
import zipimport

zipimport.zipimporter("/srv/secrets/open")

### file_by_include | denied, error, normal
import configparser

parser = configparser.ConfigParser()
print(parser.read("/srv/secrets/open"), parser.sections())

### file_by_input | denied
import fileinput

print(list(fileinput.input("/srv/secrets/open")))

### file_by_tokens | denied
import tokenize

print(tokenize.open("/srv/secrets/open").read())

### file_by_curses | denied, error, import missing
import termios

print(open("/srv/secrets/open", encoding="latin-1").read())

### file_by_readline | denied, error, import missing
## holds: a C library that opens files without a word to the interpreter
import readline

readline.read_history_file("/srv/secrets/open")
print(readline.get_history_item(1))

### file_by_ssl | denied, error, import missing
import ssl

context = ssl.create_default_context()
context.load_verify_locations("/srv/secrets/open")

### file_by_descriptor_path | denied
print(open("/proc/self/root/srv/secrets/open").read())

### file_by_working_directory | denied, error
print(open("/proc/self/cwd/../srv/secrets/open").read())

### descriptors | normal
## holds: only the streams, the record's pipe, and nothing of the host
import os

found = []
for number in range(256):
    try:
        os.fstat(number)
    except OSError:
        continue
    found.append(number)
for number in found:
    try:
        print(os.pread(number, 1000, 0))
    except OSError:
        pass
extra = [number for number in found if number > 3]
if extra:
    print(os.open("/srv/secrets/open", 0), extra)

### descriptors_listed | denied
import os

print([os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")])

### standard_input_rewound | normal
## stdin: 'given\n'
## holds: the program's own input is all there is
import os

os.lseek(0, 0, os.SEEK_SET)
print(os.read(0, 100_000))

### memory_of_itself | denied
## holds: the key of the record's channel is in there
memory = open("/proc/self/mem", "rb")

### memory_of_parent | denied
import os

for line in open(f"/proc/{os.getppid()}/maps"):
    start, end = (int(part, 16) for part in line.split()[0].split("-"))
    memory = open(f"/proc/{os.getppid()}/mem", "rb")
    memory.seek(start)
    print(memory.read(end - start))

### memory_of_host | denied
for process in range(1, 100):
    try:
        print(len(open(f"/proc/{process}/mem", "rb").read(1)))
    except OSError:
        pass

### memory_by_addresses | tampered
import ctypes

print(ctypes.string_at(id(object), 1000))

### memory_by_objects | tampered
import gc

print([thing for thing in gc.get_objects() if type(thing) is dict and "key" in thing])

### memory_by_referrers | tampered
import gc
import os

print(gc.get_referrers(os))

### memory_by_referents | tampered
## holds: what an object refers to cannot be followed to the recorder
import gc
import sys

found = [sys.settrace]
for _ in range(6):
    found = gc.get_referents(*found)

### memory_uninitialised | normal, tampered
import array

print(len(bytes(array.array("b", bytes(1 << 20)))))

### keys | denied, error, tampered
## holds: the kernel's key rings are shared by what shares a user
import ctypes

print(ctypes.CDLL(None).syscall(250, 0, -3, 0))

### mounts | denied
print(open("/proc/self/mountinfo").read())

### random_source | normal
## holds: entropy is the same in every run
import os

print(os.urandom(8).hex())

### frames_below | normal, tampered
## holds: what lies below the program's frame shows nothing
## stdout: '[]\n'
import sys

frame = sys._getframe()
names = []
while frame is not None:
    names += [name for name in list(frame.f_locals) if "key" in name or "channel" in name]
    frame = frame.f_back
print(names)

### modules_of_recorder | normal
## stdout: '[]\n'
import sys

print([name for name in sys.modules if "record" in name or "trac" in name and name != "traceback"])

### arguments | normal
## hides: readable level
import sys

print(sys.argv, sys.orig_argv)

### who_and_where | normal
## holds: the same answers everywhere
## stdout: "2 1 1000 user localhost localhost /program 1 ['user']\n"
import os
import platform
import pwd
import socket

print(
    os.getpid(), os.getppid(), os.geteuid(), pwd.getpwuid(os.getuid()).pw_name,
    platform.node(), socket.gethostname(), os.path.expanduser("~"), os.cpu_count(),
    [entry.pw_name for entry in pwd.getpwall()],
)

### real_process | normal, denied
## holds: what stands in place of the interpreter's functions leads nowhere
## stdout: '[]\n'
import os
import pwd
import socket

found = []
for function in (os.getpid, os.kill, os.stat, os.access, pwd.getpwuid, socket.gethostname):
    inner = getattr(function, "func", function)
    for name in ("__closure__", "__globals__", "__self__", "__wrapped__"):
        if getattr(inner, name, None) not in (None, os):
            found.append(name)
print(found)

### passwords | denied, import missing
import spwd

print(spwd.getspall())

### certificates | denied
import ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
for path in ("/srv/secrets/open", "/srv/secrets/closed"):
    try:
        context.load_verify_locations(path)
    except OSError as error:
        print(error)

### certificates_of_the_machine | normal
## shows: x = '0'
import ssl

x = len(ssl.create_default_context().get_ca_certs())
