"""Texts of values (language section 3).

Nothing here runs code of the program but a `__repr__` that is not C's: types are asked through the
descriptors of `type` itself, so no metaclass, property or `__getattr__` has a say. Everything that
is looked up while a program runs was bound before it started, built-ins included: `__main__` gives
these modules a copy of them.
"""

from __future__ import annotations

import re
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from operator import is_
from typing import Any

_MRO: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_NAMESPACE: Callable[[type], types.MappingProxyType[str, Any]] = type.__dict__["__dict__"].__get__
_NAME: Callable[[type], str] = type.__dict__["__name__"].__get__
_QUALNAME: Callable[[type], str] = type.__dict__["__qualname__"].__get__
_MODULE_DICT: Callable[[types.ModuleType], dict[str, Any]] = vars(types.ModuleType)[
    "__dict__"
].__get__

_OBJECT_REPR, _TYPE_REPR = object.__repr__, type.__repr__
_Function = types.FunctionType
_Method = types.MethodType
_Member = types.MemberDescriptorType
_GetSet = types.GetSetDescriptorType

# Types are known by their addresses: a metaclass may define `__hash__` and `__eq__`. This stands
# for the address, like `id`, and unlike it is not audited.
address: Callable[[object], int] = object.__hash__
# The text of an atom never changes while the object lives, and it holds no other object.
ATOMS = frozenset(map(address, (int, str, float, bool, type(None), bytes, complex)))
_CONTAINERS = frozenset(map(address, (list, tuple, dict, set, frozenset)))
INERT, LIVE, FOREIGN = range(3)
_ONLY_TUPLE = frozenset({address(tuple)})
_COLLECTIONS = frozenset(map(address, (deque, defaultdict, OrderedDict)))
_FACTORIES = frozenset({None, *map(address, (None, int, float, str, list, tuple, dict, set))})
_FUNCTIONS = frozenset(map(address, (_Function, types.BuiltinFunctionType, type(lru_cache(len)))))
_NAMED = {address(types.GeneratorType): "generator", address(types.CoroutineType): "coroutine"}
# Iterators over built-in values: they show nothing of where they are.
_STEADY: dict[int, str] = {
    address(kind): f"<{kind.__name__} object>"
    for kind in map(
        type,
        (
            *(iter([]), iter(()), iter(set()), iter({}), iter({}.values()), iter({}.items())),
            *(iter(range(0)), iter(range(1 << 63, 1 << 64)), iter(""), iter("é"), iter(b"")),
            reversed([]),
        ),
    )
}
_WORTH_REMEMBERING = 8  # atoms in a container
_REMEMBERED = 4096  # containers
_Class = tuple[str, Callable[..., Any] | None, list[tuple[str, Callable[..., Any]]]]
Look = Callable[[object, object], tuple[str, int]]
_exact_str = str.__str__
_strip_address = re.compile(r" at 0x[0-9a-fA-F]+").sub


def renderer(
    program_module: str,
    nesting: int,
    items: int,
    characters: int,
    mute: Callable[[bool], None],
) -> Look:
    """The function from a value to its text, for programs whose module is `program_module`.

    Beside the text it tells what the value is: INERT, built-in values all the way down and seen
    whole, on which no operation runs code of anyone else; LIVE, anything else; or FOREIGN, where
    showing it may have run such code, or it leads to the `namespace` that the function is given
    with it, the dictionary of the variables beside it, which change under it.

    `nesting`, `items` and `characters` are the bounds of `Limits`; `mute(True)` and `mute(False)`
    stand around a `__repr__` of the program, whose output is not the program's own.
    """
    few = min(items + 1, _WORTH_REMEMBERING) if nesting else 0
    thorough: Look | None = None  # made when the first value is met that needs it

    def look(value: object, namespace: object = None) -> tuple[str, int]:
        nonlocal thorough
        kind = type(value)
        is_atom = address(kind) in ATOMS
        if is_atom or ((kind is list or kind is tuple) and _are_few_atoms(value, few)):
            shown = represent(value)
            if len(shown) <= characters and (is_atom or shown[0] != "<"):
                return shown, INERT
        if thorough is None:
            thorough = _thorough(program_module, nesting, items, characters, mute)
        return thorough(value, namespace)

    return look


def represent(value: object) -> str:
    """The value's own repr; its failure is its text."""
    try:
        return repr(value)
    except MemoryError:
        raise
    except BaseException as error:
        return f"<{_exact_str(_NAME(type(error)))} in __repr__>"


def _are_few_atoms(value: Any, few: int) -> bool:
    return len(value) < few and ATOMS.issuperset(map(address, map(type, value)))


def _thorough(
    program_module: str,
    nesting: int,
    items: int,
    characters: int,
    mute: Callable[[bool], None],
) -> Look:
    """The renderer of all values, of which most programs have few."""
    nature = INERT
    few = min(items + 1, _WORTH_REMEMBERING) if nesting else 0
    # What there is to know of the program's classes, by their addresses, for one look, in which
    # they cannot change unless their code runs.
    classes: dict[int, _Class] = {}
    beside = 0  # the address of the namespace: to hold it would keep what is in it alive
    exact_str = _exact_str
    # Containers of inert items: text, items, type, and what else the text depends on. The items are
    # kept, so that none of them can be mistaken for another; the containers are not.
    remembered: dict[int, tuple[str, tuple[object, ...], type, object]] = {}

    def look(value: object, namespace: object = None) -> tuple[str, int]:
        nonlocal nature, beside
        nature, beside = INERT, address(namespace)
        shown = render(value, 0, ())
        classes.clear()
        if len(shown) > characters:
            shown = f"{shown[:characters]}<+{len(shown) - characters} chars>"
        return shown, nature

    def render(value: Any, depth: int, path: tuple[int, ...]) -> str:
        kind = type(value)
        if address(kind) in ATOMS:
            return represent(value)
        if kind is list and address(value) in remembered and depth < nesting:
            shown, before, what, extra = remembered[address(value)]
            # The very same atoms: it can be no part of itself.
            is_whole = what is list and extra == (0, depth + 1 < nesting)
            if is_whole and len(value) == len(before) and all(map(is_, value, before)):
                return shown
        if address(kind) in _CONTAINERS:
            return container(value, kind, depth, path)
        if address(kind) in classes:
            return instance(value, classes[address(kind)], depth, path)
        return other(value, kind, depth, path)

    def is_live() -> None:
        nonlocal nature
        nature = max(nature, LIVE)

    def is_foreign() -> None:
        nonlocal nature
        nature = FOREIGN

    def foreign(value: object) -> str:
        is_foreign()
        return own_repr(value)

    def own_repr(value: object) -> str:
        mute(True)
        shown = exact_str(represent(value))
        mute(False)
        classes.clear()
        return _strip_address("", shown) if " at 0x" in shown else shown

    def container(value: Any, kind: type, depth: int, path: tuple[int, ...]) -> str:
        if address(value) in path:
            return "<cycle>"
        if depth >= nesting:
            is_live()
            return "<depth>"
        if address(value) == beside:
            is_foreign()
        if kind is list or kind is tuple or kind is dict:
            if len(value) < few and atoms_only(value, kind):
                at_once = represent(value)
                if at_once[0] != "<":
                    return at_once
            shown = flat(value, kind, depth + 1 < nesting)
            if shown is not None:
                return shown
        return pieces(value, kind, depth + 1, (*path, address(value)))

    def atoms_only(value: Any, kind: type) -> bool:
        held = dict.values(value) if kind is dict else value
        return ATOMS.issuperset(map(address, map(type, held))) and (
            kind is not dict or ATOMS.issuperset(map(address, map(type, value)))
        )

    def flat(value: Any, kind: type, deeper: bool) -> str | None:
        """The text of a list, tuple or dict whose items, as far as they are shown, are inert; None
        where they are not, or are tuples and cannot be shown, for it is not to go `deeper`."""
        if kind is dict:
            held = [*islice(value.keys(), items), *islice(value.values(), items)]
        else:
            held = value[:items]
        left_out = max(0, len(value) - items)
        if left_out:
            is_live()
            if items < 2:  # too few for the text of a whole one to be taken
                return None
        shown = recall(value, held, (left_out, deeper))
        if shown is None and inert(held, deeper):
            try:
                head = dict(islice(value.items(), items)) if kind is dict else held
                shown = repr(head)
            except ValueError:  # an integer of too many digits
                return None
            if left_out:
                shown = f"{shown[:-1]}, <+{left_out} items>{shown[-1]}"
            remember(value, held, (left_out, deeper), shown)
        return shown

    def inert(held: Any, deeper: bool) -> bool:
        """Whether these are all atoms, or tuples of atoms that are shown whole."""
        kinds = {*map(address, map(type, held))} - ATOMS
        if kinds == _ONLY_TUPLE and deeper:
            return all(
                len(item) <= items and ATOMS.issuperset(map(address, map(type, item)))
                for item in held
                if type(item) is tuple
            )
        return not kinds

    def recall(value: object, held: Any, extra: object) -> str | None:
        """The text of the container `value`, if it still holds the very same inert items."""
        known = remembered.get(address(value))
        if known is not None:
            shown, before, kind, what = known
            if (
                kind is type(value)
                and what == extra
                and len(held) == len(before)
                and all(map(is_, held, before))
            ):
                return shown
        return None

    def remember(value: object, held: Any, extra: object, shown: str) -> None:
        if len(held) >= _WORTH_REMEMBERING:
            if len(remembered) == _REMEMBERED:
                remembered.clear()
            remembered[address(value)] = (shown, tuple(held), type(value), extra)

    def pieces(value: Any, kind: type, depth: int, path: tuple[int, ...]) -> str:
        if kind is dict:
            shown = [
                f"{render(key, depth, path)}: {render(item, depth, path)}"
                for key, item in islice(list(dict.items(value)), items)
            ]
        elif kind is list or kind is tuple:
            shown = [render(item, depth, path) for item in value[:items]]
        else:
            shown = sorted([render(item, depth, path) for item in list(value)])[:items]
        left_out = len(value) - items
        if left_out > 0:
            is_live()
            shown.append(f"<+{left_out} items>")
        return enclose(", ".join(shown), kind, len(value))

    def enclose(inner: str, kind: type, length: int) -> str:
        if kind is list:
            return f"[{inner}]"
        if kind is tuple:
            return f"({inner},)" if length == 1 else f"({inner})"
        if kind is dict:
            return f"{{{inner}}}"
        if kind is set:
            return f"{{{inner}}}" if inner else "set()"
        return f"frozenset({{{inner}}})" if inner else "frozenset()"

    def other(value: Any, kind: type, depth: int, path: tuple[int, ...]) -> str:
        if kind is range:
            return represent(value)
        is_live()
        if address(kind) in _STEADY:
            return _STEADY[address(kind)]
        if kind is _Function:
            return f"<function {exact_str(value.__qualname__)}>"
        if kind is _Method:
            return f"<bound method {method_name(value.__func__)}>"
        if address(kind) in _NAMED:
            return f"<{_NAMED[address(kind)]} {exact_str(value.__qualname__)}>"
        mro = _MRO(kind)
        if any(base is type for base in mro) and repr_of(mro) is _TYPE_REPR and is_programs(value):
            return f"<class '{exact_str(_QUALNAME(value))}'>"
        if any(base is types.ModuleType for base in mro):
            return f"<module {represent(_MODULE_DICT(value).get('__name__', '?'))}>"
        if is_programs(kind) and repr_of(mro) is _OBJECT_REPR:
            known = classes[address(kind)] = described(kind, mro)
            return instance(value, known, depth, path)
        return collection(value, kind) if address(kind) in _COLLECTIONS else foreign(value)

    def method_name(function: Any) -> str:
        name = function.__qualname__ if address(type(function)) in _FUNCTIONS else None
        return name if type(name) is str else "?"

    def collection(value: Any, kind: type) -> str:
        """The text of an object of one of the C collections: its own, remembered if it is inert."""
        if kind is deque:
            held, extra = list(value), value.maxlen
        else:
            held = [*value.keys(), *value.values()]  # an OrderedDict has an order of its own
            extra = address(value.default_factory) if kind is defaultdict else None
            if extra not in _FACTORIES:
                return foreign(value)
        shown = recall(value, held, extra)
        if shown is None and inert(held, True):
            shown = own_repr(value)
            remember(value, held, extra, shown)
        return foreign(value) if shown is None else shown

    def is_programs(kind: type) -> bool:
        module = _NAMESPACE(kind).get("__module__")  # it need not have one
        return type(module) is str and module == program_module

    def repr_of(mro: tuple[type, ...]) -> object:
        for kind in mro:
            namespace = _NAMESPACE(kind)
            if "__repr__" in namespace:
                return namespace["__repr__"]
        return None

    def instance(value: object, known: _Class, depth: int, path: tuple[int, ...]) -> str:
        if address(value) in path:
            return "<cycle>"
        if depth >= nesting:
            return "<depth>"
        state, inner, below = state_of(value, known), (*path, address(value)), depth + 1
        shown = []
        for name, item in state[:items] if len(state) > items else state:
            kind = address(type(item))
            if kind in classes:
                text = instance(item, classes[kind], below, inner)
            elif kind in ATOMS:
                text = "None" if item is None else represent(item)
            else:
                text = render(item, below, inner)
            shown.append(f"{name if type(name) is str else attribute(name)}={text}")
        if len(state) > items:
            shown.append(f"<+{len(state) - items} items>")
        return f"{known[0]}({', '.join(shown)})"

    def described(kind: type, mro: tuple[type, ...]) -> _Class:
        """The name of a class, what gives its instances' attributes, and its slots."""
        attributes = None
        for base in mro:
            descriptor = _NAMESPACE(base).get("__dict__")
            if type(descriptor) is _GetSet:
                attributes = descriptor.__get__
                break
        slots = []
        for base in mro[::-1]:
            namespace = _NAMESPACE(base)
            for name in slot_names(namespace.get("__slots__", ()), exact_str(_NAME(base))):
                member = namespace.get(name)
                if type(member) is _Member:
                    slots.append((name, member.__get__))
        return exact_str(_NAME(kind)), attributes, slots

    def state_of(value: object, known: _Class) -> list[tuple[object, object]]:
        _, get_attributes, slots = known
        found: list[tuple[object, object]] = []
        if get_attributes is not None:
            attributes = get_attributes(value)
            if address(attributes) == beside:
                is_foreign()
            found = list(dict.items(attributes))
        for name, get in slots:
            try:
                found.append((name, get(value)))
            except (AttributeError, TypeError):  # not set, or another class's
                pass
        return found

    def attribute(name: object) -> str:
        """The name of an attribute; whoever writes to `__dict__` can use anything."""
        is_text = any(base is str for base in _MRO(type(name)))
        return exact_str(name) if is_text else foreign(name)

    def slot_names(slots: object, owner: str) -> list[str]:
        """`__slots__` in definition order, private names as the class stores them."""
        names = [slots] if type(slots) is str else listed(slots)
        prefix = owner.lstrip("_")
        return [
            f"_{prefix}{name}"
            if name.startswith("__") and not name.endswith("__") and prefix
            else name
            for name in names
            if type(name) is str
        ]

    def listed(slots: Any) -> list[Any]:
        return list(slots) if address(type(slots)) in _CONTAINERS else []

    return look
