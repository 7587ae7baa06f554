"""What a program is refused ends its run and is said so; what is true for everybody is answered.

The hostile suite goes further; here is what ordinary programs do.
"""

from __future__ import annotations

import pytest
from support.programs import Runner

from tracing.rejection import Reason
from tracing.trace import Outcome

DENIED = {
    "a file to write": "open('x.txt', 'w')\n",
    "a file to append to": "open('x.txt', 'a')\n",
    "a file to change": "open('/etc/hostname', 'r+')\n",
    "a new file": "open('x.txt', 'x')\n",
    "a path to write": "import pathlib\npathlib.Path('x').write_text('a')\n",
    "a descriptor": "import os\nos.open('x', os.O_CREAT)\n",
    "a temporary file": "import tempfile\ntempfile.NamedTemporaryFile()\n",
    "a temporary folder": "import tempfile\ntempfile.mkdtemp()\n",
    "a folder": "import os\nos.mkdir('x')\n",
    "folders": "import os\nos.makedirs('x/y')\n",
    "to remove": "import os\nos.remove('x')\n",
    "to remove a folder": "import os\nos.rmdir('x')\n",
    "to rename": "import os\nos.rename('a', 'b')\n",
    "to link": "import os\nos.symlink('a', 'b')\n",
    "rights": "import os\nos.chmod('x', 0o777)\n",
    "a database": "import sqlite3\nsqlite3.connect('x.db')\n",
    "a shelf": "import shelve\nshelve.open('x')\n",
    "a log": "import logging\nlogging.basicConfig(filename='x.log')\nlogging.error('x')\n",
    "an archive": "import zipfile\nzipfile.ZipFile('x.zip', 'w')\n",
    "a foreign file": "open('/etc/passwd')\n",
    "a device": "open('/dev/urandom', 'rb')\n",
    "a folder of the machine": "import os\nos.listdir('/')\n",
    "another folder of it": "import pathlib\nlist(pathlib.Path('/etc').iterdir())\n",
    "to go there": "import os\nos.chdir('/')\n",
    "a command": "import os\nos.system('true')\n",
    "a process": "import subprocess\nsubprocess.run(['true'])\n",
    "a pipe to one": "import os\nos.popen('true')\n",
    "a fork": "import os\nos.fork()\n",
    "another interpreter": "import os, sys\nos.execv(sys.executable, ['x'])\n",
    "worker processes": "import multiprocessing\nmultiprocessing.Process().start()\n",
    "a pool": "import multiprocessing\nmultiprocessing.Pool(1)\n",
    "a socket": "import socket\nsocket.socket()\n",
    "a server": "import http.server as h\nh.HTTPServer(('', 0), h.BaseHTTPRequestHandler)\n",
    "a page": "import urllib.request as r\nr.urlopen('http://example.com')\n",
    "an address": "import socket\nsocket.gethostbyname('example.com')\n",
    "to kill another": "import os\nos.kill(os.getppid(), 0)\n",
    "though it would not see": "try:\n    open('x', 'w')\nexcept BaseException:\n    pass\n",
    "in the module of a function": "open('x', 'w')\n",
    "in a thread": "import threading\nthreading.Thread(target=open, args=('x', 'w')).start()\n",
    "at its end": "import atexit\natexit.register(open, 'x', 'w')\n",
    "in a repr": "class A:\n    def __repr__(self):\n        open('x', 'w')\na = A()\nb = a\n",
}


@pytest.mark.parametrize("name", DENIED)
def test_denied(runner: Runner, name: str) -> None:
    entry = "f" if name == "in the module of a function" else None
    reason, detail = runner.rejection(DENIED[name] + "def f(): pass\n", entry)
    assert (reason, bool(detail)) == (Reason.DENIED, True)


ANSWERED = {
    "no such file": ("open('x.txt')\n", "FileNotFoundError"),
    "no such path": ("open('/no/such/file')\n", "FileNotFoundError"),
    "no such folder": ("import os\nos.listdir('x')\n", "FileNotFoundError"),
    "a bad path": ("open('a\\0b')\n", "ValueError"),
    "a bad mode": ("open('x', 'q')\n", "ValueError"),
    "a bad descriptor": ("open(77)\n", "OSError"),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_true_answers(runner: Runner, name: str) -> None:
    source, error = ANSWERED[name]
    trace = runner.trace(source)
    assert trace.outcome is Outcome.ERROR
    assert trace.texts[trace.arguments[-1]].startswith(error)


ALLOWED = {
    "files of the library": "import os\nopen(os.__file__).read()\n",
    "the null device": "import os\nopen(os.devnull, 'w').write('x')\n",
    "its folder, which is empty": "import os\nassert os.listdir() == os.listdir('.') == []\n",
    "whether a file is there": "import os\nassert not os.path.exists('x')\n",
    "files in memory": "import io\nio.BytesIO(b'a').read()\n",
    "a database in memory": "import sqlite3\nsqlite3.connect(':memory:').execute('select 1')\n",
    "a zone": "import zoneinfo\nzoneinfo.ZoneInfo('UTC')\n",
    "a lazy import": "import xml.dom.minidom, curses.ascii, html.parser\n",
    "an event loop": "import asyncio\nasyncio.run(asyncio.sleep(0))\n",
    "a pair of sockets": "import socket\na, b = socket.socketpair()\na.send(b'x')\n",
    "a pipe": "import os\nr, w = os.pipe()\nos.write(w, b'x')\nos.read(r, 1)\n",
    "a signal to itself": (
        "import os, signal\nsignal.signal(signal.SIGUSR1, lambda *a: None)\n"
        "os.kill(os.getpid(), signal.SIGUSR1)\n"
    ),
    "its own stack": "import inspect, traceback\ninspect.stack()\ntraceback.extract_stack()\n",
    "a warning": "import warnings\nwarnings.warn('x', stacklevel=3)\n",
    "a collection": "import gc\ngc.collect()\n",
    "compiling": "exec(compile('x = 1', 'f', 'exec'))\nassert x == 1\n",
}


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(runner: Runner, name: str) -> None:
    trace = runner.trace(ALLOWED[name])
    assert trace.outcome is Outcome.NORMAL, trace.texts


TAMPERING = {
    "taking the trace function off": "import sys\nsys.settrace(None)\n",
    "another trace function": "import sys\nsys.settrace(lambda *a: None)\n",
    "a debugger": "import bdb\nbdb.Bdb().set_trace()\n",
    "another profile function": "import sys\nsys.setprofile(lambda *a: None)\n",
    "foreign functions": "import ctypes\nctypes.CDLL(None).abs(-1)\n",
    "all objects": "import gc\ngc.get_objects()\n",
    "writing to the result": "import os\nos.write(3, b'T' + bytes(40))\n",
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering(runner: Runner, name: str) -> None:
    assert runner.rejection(TAMPERING[name])[0] is Reason.TAMPERED
