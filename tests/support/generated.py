"""Random programs that terminate and do the same in every run.

A program is functions `f0`, `f1`, ...; each calls later ones alone, loops go twice at most, and
recursion counts down. So it ends, with a result or an exception. Statements are templates: `{e}`
is a number, `{f}` the name of a later function, `{g}` of a later generator, `{body}` a block.
"""

from __future__ import annotations

from textwrap import dedent, indent

from hypothesis import strategies as st

from tracing.program import Program

PRELUDE = """\
import asyncio

class Manager:
    def __init__(self, swallows):
        self.swallows = swallows
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        return self.swallows and kind is not None
    async def __aenter__(self):
        await asyncio.sleep(0)
        return self
    async def __aexit__(self, *details):
        return False

class Descriptor:
    def __get__(self, owner, kind):
        return 7 if owner is None else owner.held + 1
    def __set__(self, owner, value):
        owner.held = value % 11

class Meta(type):
    def __new__(meta, name, bases, space):
        return super().__new__(meta, name, bases, {**space, "made": len(bases)})
    def __call__(cls, *arguments):
        return super().__call__(*arguments)

class Thing(metaclass=Meta):
    low = Descriptor()
    def __init__(self, value):
        self.low = value
    @property
    def double(self):
        return self.held * 2
    @double.setter
    def double(self, value):
        self.low = value
    def __del__(self):
        self.held = -1

class Other(Thing):
    def __init__(self, value):
        super().__init__(value + 1)
        self.log = [value]
"""
EXPRESSIONS = (
    "x",
    "3",
    "x + 1",
    "x * 2 % 97",
    "len(xs)",
    "sum(ys) % 97",
    "(x if x % 2 else 4)",
    "(lambda z: z + x)(1)",
    "sum([y * 2 for y in xs[:2]]) % 97",
    "sum(y for y in xs[:2] if y) % 97",
    "len({{y: x for y in xs[:2]}})",
    "(w := x % 5)",
    "max(xs[:2], key=lambda z: -z, default=1)",
    "sum(map(lambda z: z % 3, xs[:2]))",
    "eval('x % 7')",
    "Thing(x).double",
    "Other(x).low",
    "{f}(x, xs)",
    "{f}(x, xs[:1]) + {f}(1, [x])",
    "{f}({f}(x, []), ys)",
    "sum({g}(x, xs[:2])) % 97",
    "next({g}(x, [1]), 5)",
)
STATEMENTS = (
    "x = {e}",
    "x += {e}",
    "xs.append({e})",
    "ys[:1] = [{e}]",
    "x, *rest = {e}, *xs[:2]",
    "x = max(\n    {e},\n    {e},\n)",
    "assert x < 40, x",
    "if x % 5 == 0: raise KeyError(x)",
    "raise ValueError({e})",
    "return {e}",
    "x = int(xs[9])",
    "for i in range(2): x += i",
    "while x % 3: x += 1",
    "class Local(Thing):\n    low = {e} % 7\n    held = low + 1\nx = Local.held",
    "exec('x = 1\\ny = x + 1', {{}})",
    "def inner(k):\n    nonlocal x\n    x += k\n    return x % 5\nx = inner({e})",
    "def down(k):\n    return k and down(k - 1) + x % 3\nx = down(2)",
    "def even(k): return k == 0 or odd(k - 1)\ndef odd(k): return k > 0 and even(k - 1)\neven(3)",
    "match x % 4:\n    case 0:\n        x = 1\n    case k if k > 2:\n        x = k\n    case _:\n"
    "        pass",
    "kept = {g}(x, [1])\nnext(kept, 0)\nkept.close()",
    "kept = {g}(x, [1, 2])\nnext(kept, 0)\ntry:\n    kept.send(x)\n    kept.throw(KeyError('in'))\n"
    "except (KeyError, StopIteration) as error:\n    x += 1",
)
DROPS = (  # what a variable held ends at once, which a plain tracer delays
    "thing = Thing({e})\nthing.double = x\nthing = None",
    "kept = {g}(x, xs[:2])\nx += next(kept, 0)\ndel kept",
)
BLOCKS = (
    "if {e} % 2:\n{body}\nelse:\n{body}",
    "for i in range(2):\n{body}\nelse:\n    x += 1",
    "for y in {g}(x, xs[:2]):\n{body}\n    break",
    "turns = iter('ab')\nwhile next(turns, ''):\n{body}\n    if x % 2: continue",
    "try:\n{body}\nexcept ValueError as error:\n    x = len(error.args)\nelse:\n    x += 1",
    "try:\n{body}\nexcept (KeyError, AssertionError):\n    raise",
    "try:\n{body}\nexcept KeyError as error:\n    raise ValueError(x) from error",
    "try:\n{body}\nfinally:\n{body}",
    "try:\n{body}\nexcept* (KeyError, ValueError) as group:\n    x = len(group.exceptions)",
    "try:\n    {e}\n    raise ExceptionGroup('g', [KeyError(1), ValueError(x)])\n"
    "except* KeyError:\n    x = 1",
    "with Manager(False):\n{body}",
    "with Manager(True) as m, Manager(False):\n{body}",
)
YIELDS = ("yield x", "sent = yield {e}", "yield from {g}(x, xs[:1])", "yield from xs[:2]")
AWAITS = (
    "await asyncio.sleep(0)",
    "x += await {a}(x, xs)",
    "async with Manager(False):\n{body}",
    "x += sum([y async for y in ticks(2)])",
    "async for y in ticks(3):\n{body}\n    break",
    "x += sum(await asyncio.gather({a}(1, xs), {a}(2, xs))) % 97",
)
LAST = """\
def plain(a, b):
    return a % 7

def gen(a, b):
    for y in b:
        yield a + y

async def task(a, b):
    await asyncio.sleep(0)
    return a % 7

async def ticks(n):
    for k in range(n):
        yield k
        await asyncio.sleep(0)

"""
KINDS = ("f", "g", "a")


class _Writer:
    """Writes functions from the last to the first, each of which knows the ones after it."""

    def __init__(self, draw: st.DrawFn, drops: bool) -> None:
        self._draw = draw
        self._statements = (*STATEMENTS, *(DROPS if drops else ()))
        self._known = {"f": ["plain"], "g": ["gen"], "a": ["task"]}
        self._calls = 0  # of functions that were written, in the function being written

    def function(self, name: str) -> str:
        """The source of a function; the first letter of its name is its kind."""
        self._calls = 0
        special = {"g": YIELDS, "a": AWAITS}.get(name[0], ())
        body = self._block(2, special)
        end = "return x % 97" if name[0] != "g" else f"{self._fill(YIELDS[0], 0, ())}\nreturn x"
        head = f"{'async ' if name[0] == 'a' else ''}def {name}(a, b):\n"
        start = "x = a\nxs = b\nys = xs\n"
        self._known[name[0]].append(name)
        inside = indent(f"{start}{body}\n{end}", "    ")
        return f"{head}{inside}\n\n"

    def _block(self, depth: int, special: tuple[str, ...]) -> str:
        count = self._draw(st.integers(1, 3))
        return "\n".join(self._statement(depth, special) for _ in range(count))

    def _statement(self, depth: int, special: tuple[str, ...]) -> str:
        choices = (*special, *self._statements, *(BLOCKS if depth else ()))
        if not depth:
            choices = tuple(each for each in choices if "{body}" not in each)
        return self._fill(self._draw(st.sampled_from(choices)), depth, special)

    def _fill(self, template: str, depth: int, special: tuple[str, ...]) -> str:
        """The template with all its holes filled, from the left."""
        if "return {e}" in template and special is AWAITS:
            template = "x = {e}"
        before, hole, after = template.partition("{")
        if not hole:
            return template
        if after.startswith("{"):  # a brace that stands for itself
            return before + "{" + self._fill(after[1:], depth, special)
        key, _, rest = after.partition("}")
        if key == "body":
            text = indent(self._block(depth - 1, special), "    ")
        elif key == "e":
            text = self._fill(self._draw(st.sampled_from(EXPRESSIONS)), 0, special)
        else:
            text = self._callee(key)
        return before + text + self._fill(rest, depth, special)

    def _callee(self, kind: str) -> str:
        """A function to call: one of those written where few were called so far."""
        known = self._known[kind]
        name = self._draw(st.sampled_from(known)) if self._calls < 3 else known[0]
        self._calls += name != known[0]
        return name


@st.composite
def programs(draw: st.DrawFn, drops: bool = True) -> Program:
    """Random programs: the call of a function, or a script that runs tasks."""
    writer = _Writer(draw, drops)
    names = [draw(st.sampled_from(KINDS)) + str(k) for k in range(draw(st.integers(0, 3)))]
    script = draw(st.booleans())
    functions = [writer.function(name) for name in names]
    functions.append(writer.function("a9" if script else "f9"))
    source = PRELUDE + "\n" + LAST + "".join(reversed(functions)).replace("}}", "}")
    if not script:
        return Program("p", source, "f9", f"{draw(st.integers(0, 9))}, [1, 2]", "")
    main = """
        async def both():
            return await asyncio.gather(a9(1, [1]), a9(2, [2]))
        print(asyncio.run(both()))
        """
    return Program("p", source + dedent(main), None, "", "")
