### write | denied
open("file", "w")

### write_canary | denied
open("/srv/canary/file", "w").write("silenced")

### write_append | denied
open("/tmp/canary/file", "a")

### write_by_descriptor | denied
import os

os.open("/tmp/other", os.O_CREAT | os.O_WRONLY)

### write_that_catches | denied
try:
    open("/tmp/other", "w")
except BaseException:
    pass
print("went on")

### write_in_thread | denied
import threading

thread = threading.Thread(target=open, args=("/tmp/other", "w"))
thread.start()
thread.join()

### write_home | denied
import pathlib

(pathlib.Path.home() / ".profile").write_text("alias ls=true")

### write_library | denied
## holds: the interpreter's own files stay as they are
import json

open(json.__file__, "a")

### write_bytecode | denied, normal
import py_compile

py_compile.compile("/srv/canary/file", doraise=True)

### write_temporary | denied
import tempfile

tempfile.NamedTemporaryFile()

### write_temporary_unnamed | denied
import tempfile

tempfile.TemporaryFile().write(b"x" * 100_000)

### write_without_a_name | denied
import os

os.open("/tmp", os.O_TMPFILE | os.O_RDWR)

### write_relative_to_root | denied
import os

os.open("tmp/other", os.O_CREAT | os.O_RDWR, dir_fd=os.open("/", os.O_RDONLY))

### write_by_opener | denied
import os

open("x", "w", opener=lambda path, flags: os.open("/tmp/other", os.O_CREAT | os.O_RDWR))

### write_by_reader | denied
## holds: flags are what counts, not the mode that is said
import io

io.FileIO("/tmp/other", "xb")

### write_socket_file | denied
import socket

socket.socket(socket.AF_UNIX).bind("/tmp/other")

### write_pipe_file | denied
import os

os.mkfifo("/tmp/other")

### write_database | denied, import missing
import sqlite3

sqlite3.connect("/tmp/other").execute("create table t (x)")

### write_dbm | denied, import missing
import dbm.dumb

dbm.dumb.open("/tmp/other", "c")

### write_log | denied
import logging

logging.basicConfig(filename="/tmp/other")

### fill | denied
import shutil

shutil.copyfile("/dev/zero", "/tmp/fill")

### fill_with_folders | denied
import os

for number in range(10_000):
    os.mkdir(f"/tmp/{number}")

### link | denied
import os

os.symlink("/srv/canary/file", "/tmp/other")

### hard_link | denied
import os

os.link("/srv/canary/file", "/srv/canary/other")

### delete | denied
import os

os.remove("/srv/canary/file")

### delete_tree | denied, normal
import shutil

shutil.rmtree("/srv/canary", ignore_errors=True)

### delete_everything | denied
import shutil

shutil.rmtree("/", ignore_errors=True)

### rename | denied
import os

os.rename("/srv/canary/file", "/srv/canary/other")

### replace | denied
import os

os.replace("/srv/canary/file", "/tmp/other")

### empty | denied
import os

os.truncate("/srv/canary/file", 0)

### change_mode | denied
import os

os.chmod("/srv/canary/file", 0)

### change_owner | denied
import os

os.chown("/srv/canary/file", 1, 1)

### change_times | denied
import os

os.utime("/srv/canary/file", (0, 0))

### change_flags | denied
import os

os.setxattr("/srv/canary/file", "user.x", b"1")

### change_root | denied, error
import os

os.chroot("/tmp")

### change_mask | normal, error
## holds: a mask is the program's own affair
import os

os.umask(0)

### change_folder | denied
import os

os.chdir("/tmp/canary")

### change_folder_by_descriptor | denied
import os

os.fchdir(os.open("/tmp", os.O_RDONLY))

### remove_working_directory | denied
import os

os.rmdir(os.getcwd())

### list_root | denied
import os

os.listdir("/")

### list_by_descriptor | denied
import os

os.listdir(os.open("/", os.O_RDONLY))

### walk | denied
import os

found = list(os.walk("/srv"))

### glob | denied
import glob

found = glob.glob("/srv/**", recursive=True)

### read_users | denied
open("/etc/passwd").read()

### read_by_climbing | denied
## holds: a path is judged by where it leads
import os

open(os.path.dirname(os.__file__) + "/../../../../../../../../../etc/passwd").read()

### read_bytes_path | denied
open(b"/etc/passwd").read()

### read_lying_path | denied
## holds: no method of the program's decides where a path leads
class Path(str):
    def startswith(self, *anything):
        return True

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


open(Path("/etc/passwd")).read()

### read_lying_path_object | denied
import os


class Path(os.PathLike):
    asked = 0

    def __fspath__(self):
        Path.asked += 1
        return os.devnull if Path.asked > 1 else "/etc/passwd"


open(Path()).read()

### look_by_lying_path_object | normal
## holds: what a path is judged by is what is looked at
## stdout: 'another 1\n'
import os


class Path(os.PathLike):
    asked = 0

    def __fspath__(self):
        Path.asked += 1
        return "/srv/canary/file" if Path.asked > 1 else os.__file__


print("canary" if os.stat(Path()).st_size == 6 else "another", Path.asked)

### link_by_lying_path_object | error
import os


class Path(os.PathLike):
    asked = 0

    def __fspath__(self):
        Path.asked += 1
        return "/proc/self/exe" if Path.asked > 1 else os.__file__


print(os.readlink(Path()))

### path_objects_asked_once | normal
## stdout: "4\n[Errno 2] No such file or directory: 'none'\n"
import os
import pathlib


class Path(os.PathLike):
    asked = 0

    def __fspath__(self):
        Path.asked += 1
        return os.__file__


os.stat(Path())
os.lstat(Path())
os.access(Path(), os.R_OK)
open(Path()).close()
print(Path.asked)
try:
    os.stat(pathlib.Path("none"))
except FileNotFoundError as error:
    print(error)

### paths_that_are_none | normal
## holds: what is no path is told so by the interpreter, in its own words
## shows: text = "'stat: path should be string, bytes, os.PathLike or integer, not NoneType'"
## shows: text = "'lstat: path should be string, bytes or os.PathLike, not list'"
import os

for ask, path in ((os.path.exists, None), (os.lstat, []), (os.access, None)):
    try:
        ask(path, 0) if ask is os.access else ask(path)
    except TypeError as error:
        text = str(error)

### read_with_patched_paths | denied
## holds: names that the program can replace are not what it is judged by
import os
import posixpath

os.path.abspath = posixpath.abspath = lambda path: os.devnull
os.path.lexists = posixpath.normpath = lambda path: False
os.fsdecode = os.fspath = lambda path: os.devnull
open("/etc/passwd").read()

### read_missing | error
## holds: what is not there is not refused
open("/no/such/file")

### read_device | denied
open("/dev/zero", "rb").read(1 << 40)

### read_null | normal
## stdout: '0\n'
print(len(open("/dev/null").read()))

### read_terminal | denied, error
open("/dev/tty")

### read_own_source | error, denied
open(__file__).read()

### read_library | normal
import json

print(len(open(json.__file__).read()) > 1000)

### write_device | denied
open("/dev/full", "w").write("x")

### write_disk | denied, error
open("/dev/vda", "r+b")

### make_device | denied, error
import os
import stat

os.mknod("/tmp/other", 0o666 | stat.S_IFBLK, os.makedev(254, 0))

### mapped_write | denied
import mmap
import os

file = os.open("/srv/canary/file", os.O_RDWR)
mmap.mmap(file, 0)[0] = 0

### sent | denied, error
import os

source = os.open("/etc/passwd", os.O_RDONLY)
os.sendfile(1, source, 0, 100)

### lock | denied
import fcntl

fcntl.flock(open("/srv/canary/file"), fcntl.LOCK_EX)

### many_descriptors | normal, error
## holds: there is a bound, and it is the program's own
import os

kept = [os.dup(1) for _ in range(10_000)]

### read_by_climbing_from_its_folder | denied
## holds: its own folder is gone, and what was above it is not reached either
print(open("../canary/file").read())

### read_by_climbing_further | denied
for height in range(1, 8):
    try:
        print(open("../" * height + "srv/secrets/open").read())
    except OSError:
        pass

### read_by_climbing_from_a_descriptor | denied
## holds: a path that is relative to another folder does not leave it
import json
import os

folder = os.open(os.path.dirname(json.__file__), os.O_RDONLY)
for height in range(1, 12):
    try:
        print(os.read(os.open("../" * height + "secrets/open", os.O_RDONLY, dir_fd=folder), 100))
    except OSError:
        pass

### ask_for_a_file | normal
## holds: of the machine's files nothing is told, wherever it runs
## stdout: 'False False False False True\n'
import json
import os

paths = "/srv/secrets/open", "/etc/passwd", "/tmp", "/proc/1", json.__file__
print(*map(os.path.exists, paths))

### ask_for_a_file_by_descriptor | normal
## stdout: '0\n'
import json
import os

folder = os.open(os.path.dirname(json.__file__), os.O_RDONLY)
found = 0
for height in range(1, 12):
    for name in ("srv/secrets/open", "etc/passwd", "tmp", "root"):
        try:
            os.stat("../" * height + name, dir_fd=folder)
            found += 1
        except OSError:
            pass
print(found)

### ask_for_links | normal
## stdout: '0\n'
import os

found = 0
for path in ("/proc/self/exe", "/proc/self/cwd", "/proc/self/fd/0", "/proc/1/root", "/etc/mtab"):
    try:
        found += bool(os.readlink(path))
    except OSError:
        pass
print(found)

### ask_for_space | normal
import shutil

shutil.disk_usage("/")

### write_attached_database | denied
import sqlite3

connection = sqlite3.connect(":memory:")
try:
    connection.execute("attach '/srv/canary/attached' as other")
    connection.execute("create table other.t (x)")
    connection.commit()
except sqlite3.Error:
    pass

### write_attached_by_expression | denied
import sqlite3

connection = sqlite3.connect(":memory:")
connection.execute("attach ? as other", ("/srv/canary/attached",))

### write_attached_behind_its_own_authorizer | denied
import sqlite3

connection = sqlite3.connect(":memory:")
connection.set_authorizer(lambda *action: sqlite3.SQLITE_OK)
connection.set_authorizer(None)
connection.execute("attach '/srv/canary/attached' as other")

### write_database_by_its_class | denied
import sqlite3

sqlite3.Connection("/srv/canary/database")

### write_vacuumed_database | denied
import sqlite3

connection = sqlite3.connect(":memory:")
connection.execute("create table t (x)")
connection.execute("vacuum into '/srv/canary/vacuumed'")

### write_temporary_tables | denied
## holds: temporary tables are in memory, and no wish of the program puts them into files
import sqlite3

connection = sqlite3.connect(":memory:")
connection.execute("pragma main.Temp_Store('0')")
connection.execute("create temp table t (x)")
connection.executemany("insert into t values (?)", [("x" * 1000,)] * 5000)

### write_temporary_tables_elsewhere | denied
import sqlite3

connection = sqlite3.connect(":memory:")
connection.execute("pragma temp_store_directory = '/srv/canary'")

### databases_in_memory | normal
## stdout: '[23, 24] 20000\n'
import sqlite3

connection = sqlite3.connect(":memory:")
seen = set()
connection.set_authorizer(lambda action, *rest: seen.add(action) or sqlite3.SQLITE_OK)
connection.execute("attach ':memory:' as other")
connection.execute("create table t (x)")
connection.execute("vacuum")
connection.set_authorizer(None)
rows = [(str(i * 7919 % 100003) * 40,) for i in range(20000)]
connection.executemany("insert into t values (?)", rows)
count = len(connection.execute("select * from t order by x").fetchall())
print(sorted(seen & {23, 24}), count)

### ask_for_attributes | denied
import os

os.listxattr("/srv/canary/file")

### flags_of_a_library | denied
## holds: what is open to be read is not changed by requests to its file system
import fcntl
import os

file = os.open(os.__file__, os.O_RDONLY)
fcntl.ioctl(file, 0x40086602, (16).to_bytes(8, "little"))

### semaphore_removed | denied
import _multiprocessing

_multiprocessing.sem_unlink("/canary")
