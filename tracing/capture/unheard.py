"""What opens files by itself in C and raises no audit event: sqlite3 and ssl.

Methods of theirs are replaced, once for all programs, by ones that ask first.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from . import hidden, paths

Judge = Callable[[Any], None]
_IN_MEMORY = b"PRAGMA temp_store = MEMORY"
_ELSEWHERE = frozenset({"temp_store", "temp_store_directory"})  # pragmas
_kept: list[Any] = []  # what sqlite calls has to live
_FILES = ("certfile", "keyfile", "cafile", "capath")  # names of arguments


def judge_certificates(read: Judge) -> None:
    """Let `read` judge the files of certificates that are to be read. Those of the machine are
    never read: a program sees the same ones everywhere."""
    if find_spec("_ssl") is None:
        return
    methods = hidden.namespace(import_module("_ssl")._SSLContext)
    methods["set_default_verify_paths"] = hidden.seal(lambda context: None)
    for name in ("load_cert_chain", "load_dh_params", "load_verify_locations"):
        methods[name] = hidden.seal(_asking(methods[name], read))


def _asking(load: Callable[..., None], read: Judge) -> Callable[..., None]:
    def asked(context: Any, /, *arguments: Any, **named: Any) -> None:
        first = [paths.plain(path) for path in arguments[:2]]
        others = {name: paths.plain(named[name]) for name in _FILES if name in named}
        for path in (*first, *others.values()):
            if path is not None:
                read(path)
        load(context, *first, *arguments[2:], **{**named, **others})

    return asked


def judge_databases(change: Judge, tamper: Callable[[str], object]) -> None:
    """Let `change` judge the files that are attached; temporary tables are in memory, and stay
    there. A function that takes and gives addresses is told to `tamper`."""
    if find_spec("_sqlite3") is None:
        return
    module = import_module("_sqlite3")
    attaches, sets, calls = module.SQLITE_ATTACH, module.SQLITE_PRAGMA, module.SQLITE_FUNCTION

    def judge(action: int, name: str | None, value: str | None, *details: Any) -> int:
        if action == attaches and name != "":  # nothing: a temporary one
            change("/" if name is None else name)  # an expression: it could be any
        if action == sets and _leaves_memory(name, value):
            change("/")
        if action == calls and value == "fts3_tokenizer":
            tamper(value)
        return 0  # SQLITE_OK

    authorize = module.Connection.set_authorizer

    def set_authorizer(connection: Any, /, authorizer_callback: Any) -> None:
        def both(*action: Any) -> Any:
            return judge(*action) or authorizer_callback(*action)

        authorize(connection, hidden.seal(judge if authorizer_callback is None else both))

    hidden.namespace(module.Connection)["set_authorizer"] = hidden.seal(set_authorizer)
    _at_each_opening(ctypes.CDLL(getattr(module, "__file__", None)), judge)


def _leaves_memory(pragma: str | None, value: str | None) -> bool:
    """Whether a pragma moves temporary tables to files."""
    if not pragma or value is None or pragma.lower() not in _ELSEWHERE:
        return False
    return value.lower() not in ("memory", "2")


def _at_each_opening(library: ctypes.CDLL, judge: Callable[..., int]) -> None:
    """Have sqlite itself ask `judge` in each connection from its very beginning."""

    def authorize(_: Any, action: int, *details: bytes | None) -> int:
        texts = [word and word.decode(errors="surrogateescape") for word in details]
        return judge(action, *texts)

    def opened(connection: int, *rest: Any) -> int:
        database = pointer(connection)
        set_authorizer(database, asking, None)
        return int(execute(database, _IN_MEMORY, None, None, None))

    set_authorizer, execute = library.sqlite3_set_authorizer, library.sqlite3_exec
    text, pointer = ctypes.c_char_p, ctypes.c_void_p
    asking = ctypes.CFUNCTYPE(ctypes.c_int, pointer, ctypes.c_int, *[text] * 4)(authorize)
    opening = ctypes.CFUNCTYPE(ctypes.c_int, pointer, pointer, pointer)(opened)
    library.sqlite3_auto_extension(opening)
    _kept.append(opening)
