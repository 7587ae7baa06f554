"""The program's classes: what is shown of their instances.

Types are asked through the descriptors of `type` itself, so no metaclass, property or `__getattr__`
has a say.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

MRO: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
NAMESPACE: Callable[[type], types.MappingProxyType[str, Any]] = type.__dict__["__dict__"].__get__
NAME: Callable[[type], str] = type.__dict__["__name__"].__get__
QUALNAME: Callable[[type], str] = type.__dict__["__qualname__"].__get__
FLAGS: Callable[[type], int] = type.__dict__["__flags__"].__get__
_HEAP = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made while the interpreter runs
exact_str = str.__str__
# Types are known by their addresses: a metaclass may define `__hash__` and `__eq__`. This stands
# for the address, like `id`, and unlike it is not audited.
address: Callable[[object], int] = object.__hash__
CONTAINERS = frozenset(map(address, (list, tuple, dict, set, frozenset)))

_OBJECT_REPR, _TYPE_REPR = object.__repr__, type.__repr__
_Member = types.MemberDescriptorType
_GetSet = types.GetSetDescriptorType
_Module = types.ModuleType


Slots = list[tuple[str, Callable[..., Any]]]


# A class whose instances show their state: its name, what gives an instance's attributes (None: it
# has none), and its slots.
Class = tuple[str, "Callable[..., Any] | None", Slots]


def described(kind: type, module: str) -> Class | None:
    """What to know of a class of the program, which is the module named `module`; None for other
    types, and for those with a `__repr__` of their own."""
    if not is_own(kind, module):
        return None
    mro = MRO(kind)
    shows = attributes = None
    has_slots = False
    for base in mro:
        namespace = NAMESPACE(base)
        if shows is None and "__repr__" in namespace:
            shows = namespace["__repr__"]
            if shows is not _OBJECT_REPR:
                return None
        if attributes is None and type(namespace.get("__dict__")) is _GetSet:
            attributes = namespace["__dict__"].__get__
        has_slots = has_slots or "__slots__" in namespace
    return exact_str(NAME(kind)), attributes, _slots(mro) if has_slots else []


def is_own(kind: type, module: str) -> bool:
    """Whether a class is the program's."""
    found = NAMESPACE(kind).get("__module__")  # it need not have one
    return type(found) is str and found == module


def shows_as_class(kind: type) -> bool:
    """Whether the instances of a type are classes, shown as `type` shows them."""
    mro = MRO(kind)
    for base in mro:
        if base is type:
            return _repr_of(mro) is _TYPE_REPR
    return False


def is_module(kind: type) -> bool:
    """Whether the instances of a type are modules."""
    return any(base is _Module for base in MRO(kind))


def is_static(kind: type) -> bool:
    """Whether a type is one of the interpreter's for good: nothing of it can be assigned to."""
    return not FLAGS(kind) & _HEAP


def is_opaque(kind: type) -> bool:
    """Whether a type is one of the interpreter's for good, and shows nothing of its instances."""
    return is_static(kind) and _repr_of(MRO(kind)) is _OBJECT_REPR


def _repr_of(mro: tuple[type, ...]) -> object:
    for kind in mro:
        namespace = NAMESPACE(kind)
        if "__repr__" in namespace:
            return namespace["__repr__"]
    return None


def _slots(mro: tuple[type, ...]) -> Slots:
    """The slots of a class, in the order in which they were defined, bases first."""
    slots = []
    for base in mro[::-1]:
        namespace = NAMESPACE(base)
        for name in _slot_names(namespace.get("__slots__", ()), exact_str(NAME(base))):
            member = namespace.get(name)
            if type(member) is _Member:
                slots.append((name, member.__get__))
    return slots


def _slot_names(slots: Any, owner: str) -> list[str]:
    """`__slots__` in definition order, private names as the class stores them."""
    listed = list(slots) if address(type(slots)) in CONTAINERS else []
    names = [slots] if type(slots) is str else listed
    prefix = owner.lstrip("_")
    return [
        f"_{prefix}{name}" if name.startswith("__") and not name.endswith("__") and prefix else name
        for name in names
        if type(name) is str
    ]
