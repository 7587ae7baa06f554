"""Scenarios of CPython's `test_pdb`, rewritten: their programs are doctests that stop themselves by
`pdb.set_trace()`, so each stands here as a program of its own, with the stops that they expect.

Not expressible, and so not here: `until`, `jump`, `up`, `down`, `display`, `alias`, `commands`,
conditions, counts, `debug`, `restart`, post mortem, and everything about pdb's own output. Where a
stop is not theirs, it says so.
"""

from __future__ import annotations

import pytest
from support.programs import Runner

from tracing.debugger import Debugger
from tracing.states.actions import Action, ActionKind
from tracing.trace import Kind

WORDS = {
    "step": ActionKind.STEP_INTO,
    "next": ActionKind.STEP_OVER,
    "return": ActionKind.STEP_RETURN,
    "continue": ActionKind.CONTINUE,
}

# Each: source, and commands with where they lead, "event line" or "exit". A number is `tbreak`
# there, and `continue`.
SCENARIOS = {
    "test_next_until_return_at_return_event": (
        """
        def two():
            x = 1
            x = 2
        def one():
            two()
            two()
            two()
            end = 1
        one()
        """,
        "2: line 2; return: return 3; next: line 6; 2: line 2; return: return 3; step: line 7;"
        " next: line 8; return: return 8; next: return 9; next: exit",
    ),
    "test_pdb_breakpoints_preserved_across_interactive_sessions": (
        """
        x = 1
        y = 2
        print(x)
        """,
        "3: line 3; continue: exit",
    ),
    "test_pdb_skip_modules_with_callback": (
        """
        def callback():
            x = 1
            return x
        y = list(map(lambda n: callback(), [0]))
        z = 5
        """,
        "4: line 4; step: call 4; step: line 4; step: call 1; step: line 2; step: line 3;"
        " step: return 3; step: return 4; step: line 5; step: return 5",
    ),
    # pdb goes on to line 3 and to the StopIteration: it passes the yields.
    "test_pdb_next_command_for_generator": (
        """
        def gen():
            yield 0
            return 1
        it = gen()
        try:
            if next(it) != 0:
                raise AssertionError
            next(it)
        except StopIteration:
            pass
        """,
        "2: line 2; next: return 2; next: line 8; step: call 2; next: line 3; next: return 3;"
        " next: exception 8; next: line 9; next: line 10",
    ),
    # pdb goes on to the StopIteration.
    "test_pdb_return_command_for_generator": (
        """
        def gen():
            yield 0
            return 1
        it = gen()
        next(it)
        """,
        "2: line 2; return: return 2; next: return 5",
    ),
    "test_pdb_issue_20766": (
        """
        i = 1
        while i <= 2:
            i += 1
        """,
        "3: line 3; 3: line 3; 3: exit",
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(runner: Runner, name: str) -> None:
    source, script = SCENARIOS[name]
    trace = runner.trace(source)
    debugger, lines = Debugger(trace), trace.code_lines()
    for number, pair in enumerate(script.split("; ")):
        word, _, wanted = pair.strip().partition(": ")
        if word.isdecimal():
            action = Action(ActionKind.BREAKPOINT, lines[int(word)])
        else:
            action = Action(WORDS[word])
        state = debugger.act(action).state
        shown = "exit"
        if not debugger.ended:
            shown = f"{Kind(trace.kinds[state]).name.lower()} {trace.lines[state]}"
        assert (number, shown) == (number, wanted.strip())
