"""What running a line can change, told from its bytecode.

Between a line event and the next event of the same activation, with no call of a Python function in
between, exactly the instructions run that are reached from the line's first one without entering
another line. Where these only load, compute and store local variables, nothing else has changed,
*provided* that what they compute with is inert: exact built-in values all the way down, on which no
operation can run foreign code. The caller checks that, with what `Step` names.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable
from types import CodeType

_OP = dis.opmap
_HAVE_ARGUMENT, _stack_effect = dis.HAVE_ARGUMENT, dis.stack_effect
_FOR_ITER, _GET_ITER = _OP["FOR_ITER"], _OP["GET_ITER"]
_BINARY_OP, _EXTENDED_ARG, _CACHE = _OP["BINARY_OP"], _OP["EXTENDED_ARG"], _OP["CACHE"]
_LOAD_GLOBAL, _LOAD_NAME, _LOAD_METHOD = _OP["LOAD_GLOBAL"], _OP["LOAD_NAME"], _OP["LOAD_METHOD"]
_PUSH_NULL = _OP["PUSH_NULL"]
_FIRST_INPLACE = 13  # of the arguments of BINARY_OP

_LOADS = frozenset(_OP[name] for name in ("LOAD_FAST", "LOAD_DEREF"))
_STORES = frozenset(_OP[name] for name in ("STORE_FAST", "STORE_DEREF", "DELETE_FAST"))
_NAME_STORES = frozenset({_OP["STORE_NAME"]})
_GLOBAL_STORES = frozenset(
    _OP[name] for name in ("STORE_GLOBAL", "STORE_NAME", "DELETE_GLOBAL", "DELETE_NAME")
)
_ENDS = frozenset({_OP["RETURN_VALUE"], _OP["YIELD_VALUE"]})
_JUMPS = frozenset(
    _OP[name] for name in ("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT")
)
# These ask which object it is that was loaded just before, and nothing of the object.
_ONLY_WHICH = _ENDS | {code for name, code in _OP.items() if name.endswith(("_NONE", "_NOT_NONE"))}
_BACKWARD = frozenset(code for name, code in _OP.items() if "BACKWARD" in name)
_RELATIVE = frozenset(dis.hasjrel)

# Instructions that work on the value stack alone, and how many of its values they look at, by their
# argument. What they build is new; what they compare, add or take apart is inert by the caller's
# word, for it was loaded on the same line.
_TAKES: dict[int, Callable[[int], int]] = {
    _OP[name]: takes
    for names, takes in (
        ("CACHE NOP RESUME LOAD_CONST KW_NAMES JUMP_FORWARD JUMP_BACKWARD", lambda n: 0),
        ("JUMP_BACKWARD_NO_INTERRUPT LOAD_FAST LOAD_DEREF LOAD_NAME LOAD_GLOBAL", lambda n: 0),
        ("PUSH_NULL DELETE_FAST", lambda n: 0),
        ("POP_TOP UNARY_POSITIVE UNARY_NEGATIVE UNARY_NOT UNARY_INVERT", lambda n: 1),
        ("LIST_TO_TUPLE GET_LEN UNPACK_SEQUENCE UNPACK_EX RETURN_VALUE YIELD_VALUE", lambda n: 1),
        ("JUMP_IF_FALSE_OR_POP JUMP_IF_TRUE_OR_POP LOAD_METHOD GET_ITER FOR_ITER", lambda n: 1),
        ("POP_JUMP_FORWARD_IF_FALSE POP_JUMP_FORWARD_IF_TRUE", lambda n: 1),
        ("POP_JUMP_FORWARD_IF_NONE POP_JUMP_FORWARD_IF_NOT_NONE", lambda n: 1),
        ("POP_JUMP_BACKWARD_IF_FALSE POP_JUMP_BACKWARD_IF_TRUE", lambda n: 1),
        ("POP_JUMP_BACKWARD_IF_NONE POP_JUMP_BACKWARD_IF_NOT_NONE", lambda n: 1),
        ("STORE_FAST STORE_DEREF STORE_NAME", lambda n: 1),
        ("BINARY_OP BINARY_SUBSCR COMPARE_OP IS_OP CONTAINS_OP", lambda n: 2),
        ("FORMAT_VALUE", lambda n: 2 if n & 4 else 1),
        ("SWAP COPY BUILD_TUPLE BUILD_LIST BUILD_SET BUILD_STRING BUILD_SLICE", lambda n: n),
        ("BUILD_MAP", lambda n: 2 * n),
        ("BUILD_CONST_KEY_MAP LIST_EXTEND", lambda n: n + 1),
        ("PRECALL", lambda n: n + 2),
        ("CALL", lambda n: 2),  # its arguments count as taken by the PRECALL before it
    )
    for name in names.split()
}

# Functions and methods of C that only look at inert arguments. (Where one of these is given a
# function to call, that is a Python function, whose call is noticed, or it is not inert.)
PURE = frozenset(
    """abs bool chr divmod enumerate float hash hex int len list max min oct ord pow range reversed
    round sorted str sum tuple zip""".split()
)
_PURE_METHODS = frozenset(
    """capitalize copy count endswith find get index isalnum isalpha isdigit islower isspace isupper
    items join keys lower lstrip replace rfind rstrip split startswith strip swapcase title upper
    values zfill""".split()
)


Lines = dict[int, int | None]


class Step:
    """What a run of harmless instructions works with, by names of variables."""

    __slots__ = ("atoms", "builtins", "globals", "loads", "loops", "stores")

    def __init__(self) -> None:
        self.loads: set[str] = set()  # must be inert
        self.atoms: set[str] = set()  # must be atoms: they are added to in place
        self.stores: set[str] = set()  # hold something else after
        self.builtins: set[str] = set()  # must be the real functions
        self.globals: set[str] = set()  # must be atoms
        self.loops = False  # takes the next item of a loop that began before


class _Instruction:
    """One instruction with all of its argument; `after` is the offset behind it."""

    __slots__ = ("after", "argument", "opcode")

    def __init__(self, opcodes: bytes, at: int) -> None:
        argument = 0
        while opcodes[at] == _EXTENDED_ARG:
            argument = argument << 8 | opcodes[at + 1]
            at += 2
        self.opcode = opcodes[at]
        self.argument = argument << 8 | opcodes[at + 1]
        self.after = at + 2

    def effect(self, jump: bool) -> int:
        """The change of the stack's height."""
        argument = self.argument if self.opcode >= _HAVE_ARGUMENT else None
        return _stack_effect(self.opcode, argument, jump=jump)

    def targets(self) -> list[tuple[int, bool]]:
        """The offsets of the instructions that can follow, and whether by a jump."""
        if self.opcode in _ENDS:
            return []
        if self.opcode not in _RELATIVE:
            return [(self.after, False)]
        sign = -2 if self.opcode in _BACKWARD else 2
        jump = (self.after + sign * self.argument, True)
        return [jump] if self.opcode in _JUMPS else [(self.after, False), jump]


def analyse(code: CodeType, opcodes: bytes, lines: Lines, start: int) -> Step | None:
    """What the instructions from offset `start` (a line's first) can do; None: anything.

    What works with values that an earlier line left on the stack is anything: of a call over
    several lines, who knows what is called? But a loop that began before may take its next item.
    """
    step = Step()
    pending, seen = [(start, 0)], set()
    while pending:
        at, height = pending.pop()
        if at in seen or lines[at] not in (lines[start], None):
            continue
        seen.add(at)
        instruction = _Instruction(opcodes, at)
        if instruction.opcode == _FOR_ITER and at == start:
            step.loops = True
            after, end = instruction.targets()
            pending += [(after[0], 1), (end[0], 0)]
        elif _note(code, opcodes, instruction, height, step):
            pending += [(to, height + instruction.effect(by)) for to, by in instruction.targets()]
        else:
            return None
    return step


def analyse_loop(code: CodeType, opcodes: bytes, lines: Lines, start: int) -> Step | None:
    """What the loop whose FOR_ITER is at offset `start` goes through: what the instructions of its
    line before that one work with. None where they are not harmless."""
    step = Step()
    last = start - 2
    if opcodes[last] != _GET_ITER:
        return None  # a comprehension's, over what was given to it
    at, height = last, 0
    while lines.get(at - 2) == lines[start]:
        at -= 2
    while at < last:
        instruction = _Instruction(opcodes, at)
        if not _note(code, opcodes, instruction, height, step):
            return None
        height += instruction.effect(False)
        at = instruction.after
    return step


def stored_globals(codes: Iterable[CodeType]) -> set[str]:
    """The names that code objects may store to or delete outside of functions' variables."""
    found: set[str] = set()
    for code in codes:
        opcodes = code.co_code
        stored = {
            argument
            for opcode, argument in zip(opcodes[::2], opcodes[1::2], strict=True)
            if opcode in _GLOBAL_STORES
        }
        found.update(name for k, name in enumerate(code.co_names) if k & 0xFF in stored)
    return found


def _note(
    code: CodeType, opcodes: bytes, instruction: _Instruction, height: int, step: Step
) -> bool:
    """Note the variables of one instruction, before which this line has put `height` values on the
    stack; False where it is not harmless."""
    opcode, argument = instruction.opcode, instruction.argument
    if opcode not in _TAKES or _TAKES[opcode](argument) > height:
        return False
    if opcode in _LOADS:
        if opcodes[instruction.after] not in _ONLY_WHICH:
            step.loads.add(_local(code, argument))
    elif opcode in _STORES:
        step.stores.add(_local(code, argument))
    elif opcode in _NAME_STORES:
        step.stores.add(code.co_names[argument])
    elif opcode == _LOAD_NAME:
        step.loads.add(code.co_names[argument])
    elif opcode == _LOAD_METHOD:
        return code.co_names[argument] in _PURE_METHODS
    elif opcode == _LOAD_GLOBAL:
        name = code.co_names[argument >> 1]
        (step.builtins if argument & 1 else step.globals).add(name)
        return not argument & 1 or name in PURE
    elif opcode == _PUSH_NULL:  # a call follows, of what is loaded next
        following = _Instruction(opcodes, instruction.after)
        name = code.co_names[following.argument] if following.opcode == _LOAD_NAME else ""
        step.builtins.add(name)
        return name in PURE
    elif opcode == _BINARY_OP and argument >= _FIRST_INPLACE:
        return _adds_in_place(code, opcodes, instruction.after, step)
    return True


def _adds_in_place(code: CodeType, opcodes: bytes, after: int, step: Step) -> bool:
    """`x += ...` is harmless where `x` is an atom; it is stored back at once."""
    while opcodes[after] == _CACHE:
        after += 2
    following = _Instruction(opcodes, after)
    if following.opcode in _STORES:
        step.atoms.add(_local(code, following.argument))
    elif following.opcode in _NAME_STORES:
        step.atoms.add(code.co_names[following.argument])
    else:
        return False
    return True


def _local(code: CodeType, number: int) -> str:
    """The name of a local variable, cell or free variable by its slot."""
    name: str = code._varname_from_oparg(number)  # type: ignore[attr-defined]
    return name


def lines_of(code: CodeType) -> Lines:
    """The line of each instruction, by its offset."""
    return {at: line for start, end, line in code.co_lines() for at in range(start, end, 2)}
