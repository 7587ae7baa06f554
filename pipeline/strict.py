"""Strict reading of plain data into frozen dataclasses, by their type hints.

What the hints do not say (ranges, sums) a dataclass checks itself in `__post_init__`, where it may
raise a ConfigError with the name of its field or any other ValueError.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeGuard, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_MANY = 8  # words, more than which are not listed
_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


class ConfigError(ValueError):
    """Bad configuration, in one line: the key, what stands there, what was expected."""

    def __init__(self, key: str, problem: str) -> None:
        """`key` is the path of the key from here, "limits.events"; empty for this very place."""
        super().__init__(key, problem)
        self.key = key
        self.problem = " ".join(problem.split())

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}" if self.key else self.problem


@contextmanager
def within(key: object) -> Iterator[None]:
    """Errors raised inside are those of a place below `key`."""
    try:
        yield
    except ConfigError as error:
        path = f"{key}.{error.key}" if error.key else str(key)
        raise ConfigError(path, error.problem) from None


def expected(key: str, value: object, what: str) -> ConfigError:
    """The error of a value that is not `what`."""
    return ConfigError(key, f"{shown(value)}; expected {what}")


def shown(value: object) -> str:
    """A value much as YAML writes it, shortened."""
    text = json.dumps(plain(value), ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(word: object, words: Sequence[str]) -> str:
    """The one of `words` that is spelt most like `word`."""
    return difflib.get_close_matches(str(word), words, n=1, cutoff=0.0)[0]


def read(cls: type[T], data: object) -> T:
    """An instance of the dataclass `cls` from nested mappings, lists and scalars.

    Raises ConfigError: an unknown or missing key, a wrong type, a value that `cls` refuses.
    """
    result: T = _value(cls, data)
    return result


def plain(value: object) -> Any:
    """The inverse of `read`: dataclasses as mappings, tuples as lists, enums as their values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _value(hint: Any, value: object) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return _dataclass(hint, value)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union(arguments, value)
    if origin in (list, tuple):
        return origin(_items(arguments[0], value))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(arguments, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint, value)
    return _scalar(hint, value)


def _dataclass(cls: type, value: object) -> Any:
    hints = get_type_hints(cls)
    known = {field.name: field for field in fields(cls)}
    if not isinstance(value, dict):
        raise expected("", value, f"keys such as {next(iter(known))}")
    for key in value:
        if key not in known:
            problem = f"no such key; the nearest is {nearest(key, list(known))}"
            raise ConfigError(str(key), f"{shown(value[key])}; {problem}")
    for name, field in known.items():
        if name not in value and field.default is MISSING and field.default_factory is MISSING:
            raise ConfigError(name, "is missing")
    values = {}
    for key, item in value.items():
        with within(key):
            values[key] = _value(hints[key], item)
    try:
        return cls(**values)
    except ConfigError:
        raise
    except ValueError as error:
        raise ConfigError("", str(error)) from None


def _union(hints: tuple[Any, ...], value: object) -> Any:
    """What may be null, or is one of several dataclasses, which the key `kind` tells apart."""
    if value is None and NoneType in hints:
        return None
    hint, *others = (hint for hint in hints if hint is not NoneType)
    if not others:
        return _value(hint, value)
    if not isinstance(value, dict):
        raise expected("", value, "a mapping")
    kinds = {cls.__dataclass_fields__["kind"].default: cls for cls in (hint, *others)}
    kind = value.get("kind", next(iter(kinds)))
    if kind not in [*kinds]:
        raise expected("kind", kind, _choice(kind, [*kinds]))
    return _dataclass(kinds[kind], value)


def _items(hint: Any, value: object) -> Iterator[Any]:
    if not isinstance(value, list):
        raise expected("", value, "a list")
    for index, item in enumerate(value):
        with within(index):
            yield _value(hint, item)


def _mapping(hints: tuple[Any, ...], value: object) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise expected("", value, "a mapping")
    result = {}
    for key, item in value.items():
        with within(key):
            result[_value(hints[0], key)] = _value(hints[1], item)
    return result


def _enum(cls: type[Enum], value: object) -> Enum:
    try:
        return cls(value)
    except ValueError:
        raise expected("", value, _choice(value, [str(member.value) for member in cls])) from None


def _choice(value: object, words: Sequence[str]) -> str:
    if len(words) > _MANY:
        return f"one of {len(words)} words, the nearest of which is {nearest(value, words)}"
    return f"one of {', '.join(words)}"


def _scalar(hint: Any, value: object) -> Any:
    if type(value) is hint and hint is not float:  # exactly: bool is a subclass of int
        return value
    if hint is float and _is_finite(value):
        return float(value)
    raise expected("", value, _WORDS[hint])


def _is_finite(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= sys.float_info.max  # of any integer, too; false for what is no number
