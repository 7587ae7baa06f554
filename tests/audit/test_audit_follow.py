"""The auditor accepts the paper's listings and hand-written documents, and nothing else."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from support.audit.follow import Document, Recording, follow
from support.audit.run import main, record

GOLDEN = Path(__file__).with_name("golden")
EXIT_NORMAL = "<|frame_sep|><|exit_normal|><|trace_end|><|end_of_text|>"
EXIT_ENTRY = "<|frame_sep|><|inv_exit_entry|><|trace_end|><|end_of_text|>"
SAME = '{"..": ".."}'

COUNT = """\
def count(s, t):
    n = 0
    for c in s:
        n += int(c == t)
    return n
"""
DIGITS = """\
def f(single_digit):
    result = []
    for c in range(1, 11):
        if c != single_digit:
            result.append(c)
    return result
"""
CALLS = """\
def g(x):
    if x == 0:
        raise ValueError(x)
    return x

def f(a):
    b = g(a) + g(a)
    try:
        g(0)
    except ValueError:
        del b
    return [a]
"""
STREAM = """\
def numbers(n):
    yield n
    yield n + 1

def f(n):
    for k in numbers(n):
        pass
    return k
"""
GUARD = """\
class Guard:
    def __enter__(self):
        return self
    def __exit__(self, *why):
        return False

def f(x):
    with Guard():
        raise KeyError(x)
"""
MARKED = """\
def f(s):
    t = s + '<|frame_sep|><|exit_normal|>' # <|action_sep|><|step_over|>
    return t
"""
SCRIPT = """\
x = int(input())
print(x)
"""
WITHIN = """\
def f():
    try:
        g()
    except ValueError:
        return 1
def g():
    try:
        raise ValueError
    finally:
        h()
def h():
    return 5
"""
PROGRAMS: dict[str, dict[str, object]] = {
    "count": {"source": COUNT, "entry": "count", "args": '"berry", "r"'},
    "digits": {"source": DIGITS, "entry": "f", "args": "5"},
    "calls": {"source": CALLS, "entry": "f", "args": "1"},
    "stream": {"source": STREAM, "entry": "f", "args": "1"},
    "guard": {"source": GUARD, "entry": "f", "args": "1"},
    "within": {"source": WITHIN, "entry": "f", "args": ""},
    "marked": {"source": MARKED, "entry": "f", "args": "'a'"},
    "script": {"source": SCRIPT, "stdin": "7\n"},
}


@cache
def recording(name: str, budget: int = 10_000) -> Recording:
    """Return the recording of one of the programs."""
    return record(PROGRAMS[name], budget=budget)


def document(name: str, direction: str, text: str, complete: bool = True) -> Document:
    """Return a document of one of the programs."""
    return Document(name, direction, "0", complete, text)


def golden(name: str) -> str:
    """Return a listing of the paper."""
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def answered(name: str) -> str:
    """Return a prompt of the paper with its completion, as a cut document."""
    text = golden(f"{name}.prompt") + golden(f"{name}.completion")
    action = "inv_step_into" if "inv_" in name else "step_into"
    return f"{text}<|action_sep|><|{action}|><|end_of_text|>"


LISTINGS = {
    "count_forward": document("count", "forward", golden("count_forward")),
    "count_inverse": document("count", "inverse", golden("count_inverse")),
    **{
        name: document("digits", direction, answered(name), complete=False)
        for name, direction in (
            ("cruxeval_output_breakpoint", "forward"),
            ("cruxeval_output_step_return", "forward"),
            ("cruxeval_input_inv_step_call", "inverse"),
        )
    },
}


def judged(text: str, like: Document) -> bool:
    """Tell whether a text passes in the place of a document's."""
    changed = document(like.program, like.direction, text, like.complete)
    return follow(recording(like.program), changed) is None


@pytest.mark.parametrize("name", LISTINGS)
def test_listings_are_accepted(name: str) -> None:
    """The paper's listings are what the specification demands."""
    listing = LISTINGS[name]
    assert follow(recording(listing.program), listing) is None


CORRUPTIONS = [
    # A value, a name, the order of names, what is left out.
    ("count_forward", '"n": "2"', '"n": "3"'),
    ("count_forward", '"c": "\'r\'"', '"d": "\'r\'"'),
    ("count_forward", '{"s": "\'berry\'", "t": "\'r\'"}', '{"t": "\'r\'", "s": "\'berry\'"}'),
    ("count_forward", '{"..": "..", "n": "0"}', '{"n": "0"}'),
    ("count_forward", '{"..": ".."}', "{}"),
    ("count_forward", '{}<|src_sep|>    return count("berry", "r")', SAME),
    ("count_forward", '"2"<|action_sep|>', '"1"<|action_sep|>'),
    # An action of another effect, or with its effect left out.
    ("count_forward", 'r")<|action_sep|><|step_into|>', 'r")<|action_sep|><|step_over|>'),
    ("count_forward", "<|step_into|>", "<|step_return|>"),
    ("count_forward", "{}<|action_sep|><|step_into|>", "{}<|action_sep|><|continue|>"),
    ("count_forward", "<|step_into|>", "<|inv_step_into|>"),
    (
        "count_forward",
        '<|frame_sep|><|line_sep|><|arg_sep|>{"..": ".."}<|src_sep|>    n = 0'
        "<|action_sep|><|step_into|>",
        "",
    ),
    # Structure.
    ("count_forward", "<|exit_normal|>", "<|exit_error|>"),
    ("count_forward", "<|trace_end|>", ""),
    ("count_forward", "<|call_sep|><|src_sep|>", "<|call_sep|><|arg_sep|>"),
    ("count_forward", "<|begin_of_text|>", ""),
    ("count_forward", "\ndef main():", "def main():"),
    ("count_forward", "<|return_sep|>", "<|exception_sep|>"),
    ("count_forward", "<|end_of_text|>", "<|end_of_text|>\n"),
    # Inverse.
    ("count_inverse", '"c": "\'e\'"', '"c": "\'b\'"'),
    ("count_inverse", '{"..": "..", "n": "1"}', SAME),
    ("count_inverse", "<|inv_step_into|>", "<|inv_step_call|>"),
    ("count_inverse", "<|inv_step_into|>", "<|step_into|>"),
    ("count_inverse", "<|inv_exit_entry|>", "<|exit_normal|>"),
    ("count_inverse", "<|inv_line_sep|>", "<|inv_line_call_sep|>"),
    ("count_inverse", "    return n\n<|frame", "    return n\n\n<|frame"),
    ("count_inverse", '{"s": "\'berry\'", "t": "\'r\'"}', SAME),
    # Prompts and completions.
    ("cruxeval_output_breakpoint", '"c": "10"', '"c": "9"'),
    ("cruxeval_output_breakpoint", '"single_digit": "5", "result"', '"..": "..", "result"'),
    ("cruxeval_output_breakpoint", "<|breakpoint|>    return", "<|breakpoint|>return"),
    ("cruxeval_output_breakpoint", "<|breakpoint|>    return result", "<|step_return|>"),
    ("cruxeval_output_step_return", "<|step_return|>", "<|step_over|>"),
    ("cruxeval_output_step_return", "9, 10]", "9]"),
    ("cruxeval_input_inv_step_call", '"5"}', '"6"}'),
    ("cruxeval_input_inv_step_call", "<|inv_step_call|>", "<|inv_step_into|>"),
    ("cruxeval_input_inv_step_call", "<|inv_step_into|>", "<|inv_step_call|>"),
]


@pytest.mark.parametrize(("name", "old", "new"), CORRUPTIONS)
def test_corrupted_listings_are_rejected(name: str, old: str, new: str) -> None:
    """Any change to a listing is noticed, at its first and at its last place."""
    listing = LISTINGS[name]
    assert old in listing.text
    head, _, tail = listing.text.rpartition(old)
    assert not judged(listing.text.replace(old, new, 1), listing)
    assert not judged(head + new + tail, listing)


@pytest.mark.parametrize("name", LISTINGS)
def test_every_single_character_counts(name: str) -> None:
    """A document with any one character left out is rejected."""
    listing = LISTINGS[name]
    survivors = [
        place
        for place in range(len(listing.text))
        if judged(listing.text[:place] + listing.text[place + 1 :], listing)
    ]
    assert survivors == []


@pytest.mark.parametrize("name", LISTINGS)
def test_the_mark_of_a_cut_is_checked(name: str) -> None:
    """A whole document may not be marked as cut, nor the other way round."""
    listing = LISTINGS[name]
    turned = document(listing.program, listing.direction, listing.text, not listing.complete)
    assert follow(recording(listing.program), turned) is not None


def test_a_mismatch_says_where() -> None:
    """A mismatch names the document, the frame and both texts."""
    listing = LISTINGS["count_forward"]
    text = listing.text.replace('"n": "0"', '"n": "7"')
    mismatch = follow(recording("count"), document("count", "forward", text))
    assert mismatch is not None
    assert (mismatch.program, mismatch.trajectory, mismatch.position) == ("count", "0", 4)
    assert '"n": "0"' in mismatch.expected
    assert '"n": "7"' in mismatch.found


# Documents written by hand


def head(name: str, direction: str) -> str:
    """Return the beginning of a document."""
    program = PROGRAMS[name]
    code = str(program["source"])
    if direction == "forward" and "entry" in program:
        code += f"\ndef main():\n    return {program['entry']}({program['args']})\n"
    return f"<|begin_of_text|><|trace_context_start|>{code}"


def named(kind: str, src: str, text: str) -> str:
    """Return a frame that has its source line first."""
    return f"<|frame_sep|><|{kind}_sep|><|src_sep|>{src}<|arg_sep|>{text}"


def line(src: str, text: str) -> str:
    """Return the frame of a line state, forward."""
    return f"<|frame_sep|><|line_sep|><|arg_sep|>{text}<|src_sep|>{src}"


def act(action: str, src: str = "") -> str:
    """Return an action."""
    return f"<|action_sep|><|{action}|>{src}"


def outcome(name: str, direction: str, *parts: str, complete: bool = True) -> list[object]:
    """Return where a document made of these parts differs, if it does."""
    text = head(name, direction) + "".join(parts)
    mismatch = follow(recording(name), document(name, direction, text, complete))
    return [] if mismatch is None else [mismatch.position, mismatch.expected, mismatch.found]


START = named("call", "def main():", "{}") + act("step_into") + line("    return f(1)", "{}")


def test_both_calls_of_a_line_are_siblings() -> None:
    """``step_over`` goes from the return of the first run to the call of the second."""
    assert (
        outcome(
            "calls",
            "forward",
            START + act("step_into"),
            named("call", "def f(a):", '{"a": "1"}') + act("step_over"),
            line("    b = g(a) + g(a)", SAME) + act("step_into"),
            named("call", "def g(x):", '{"x": "1"}') + act("step_return"),
            named("return", "    return x", '"1"') + act("step_over"),
            named("call", "def g(x):", '{"x": "1"}') + act("step_return"),
            named("return", "    return x", '"1"') + act("step_over"),
            line("    try:", '{"a": "1", "b": "2"}') + act("step_over"),
            line("        g(0)", SAME) + act("step_over"),
            named("exception", "        g(0)", '"ValueError(0)"') + act("step_over"),
            line("    except ValueError:", SAME) + act("step_over"),
            line("        del b", SAME) + act("step_over"),
            line("    return [a]", '{"a": "1"}') + act("step_return"),
            named("return", "    return [a]", '"[1]"') + act("continue"),
            EXIT_NORMAL,
        )
        == []
    )


def test_an_exception_state_closes_its_level() -> None:
    """``step_return`` leads to the exception that leaves the level; a breakpoint goes on."""
    assert (
        outcome(
            "calls",
            "forward",
            START + act("breakpoint", "        raise ValueError(x)"),
            line("        raise ValueError(x)", '{"x": "0"}') + act("step_return"),
            named("exception", "        raise ValueError(x)", '"ValueError(0)"'),
            act("step_into") + named("exception", "        g(0)", '"ValueError(0)"'),
            act("step_into") + line("    except ValueError:", '{"a": "1", "b": "2"}'),
            act("breakpoint", "def g(x):") + EXIT_NORMAL,
        )
        == []
    )


def test_step_return_is_not_available_on_the_closing_state() -> None:
    """Neither on the last state of all."""
    difference = outcome(
        "calls",
        "forward",
        START + act("step_return"),
        named("return", "    return f(1)", '"[1]"') + act("step_return") + EXIT_NORMAL,
    )
    assert difference[0] == 3


def test_a_breakpoint_names_a_line_of_the_context() -> None:
    """A line that is nowhere in CODE is not a breakpoint's."""
    parts = (START, EXIT_NORMAL)
    assert outcome("calls", "forward", parts[0], act("breakpoint", "def f(a):b"), parts[1])
    assert not outcome("calls", "forward", parts[0], act("breakpoint", "def main():"), parts[1])


def test_resumptions_are_calls_that_breakpoints_pass() -> None:
    """A resumed generator is on the line of its yield, and is not about to run it."""
    assert (
        outcome(
            "stream",
            "forward",
            START + act("breakpoint", "def numbers(n):"),
            named("call", "def numbers(n):", '{"n": "1"}') + act("step_return"),
            named("return", "    yield n", '"1"') + act("step_over"),
            line("        pass", '{"n": "1", "k": "1"}') + act("step_over"),
            line("    for k in numbers(n):", SAME) + act("step_into"),
            named("call", "    yield n", '{"n": "1"}') + act("breakpoint", "    yield n"),
            EXIT_NORMAL,
        )
        == []
    )


def test_inverse_copies() -> None:
    """A state that had children is met as its copy first, and the copy leads into them."""
    assert (
        outcome(
            "calls",
            "inverse",
            named("inv_return", "    return [a]", '"[1]"') + act("inv_step_into"),
            named("inv_line", "    return [a]", SAME) + act("inv_step_over"),
            named("inv_line", "        del b", '{"..": "..", "b": "2"}') + act("inv_step_over"),
            named("inv_line", "    except ValueError:", SAME) + act("inv_step_into"),
            named("inv_exception", "        g(0)", '"ValueError(0)"') + act("inv_step_into"),
            named("inv_line_call", "        g(0)", SAME) + act("inv_step_into"),
            named("inv_exception", "        raise ValueError(x)", '"ValueError(0)"'),
            act("inv_step_into") + named("inv_line", "        raise ValueError(x)", SAME),
            act("inv_step_call") + named("inv_call", "def g(x):", '{"x": "0"}'),
            act("inv_step_over") + named("inv_line", "        g(0)", SAME),
            act("inv_step_into") + named("inv_line", "    try:", SAME),
            act("inv_step_into") + named("inv_line_call", "    b = g(a) + g(a)", SAME),
            act("inv_step_into") + named("inv_return", "    return x", '"1"'),
            act("inv_step_call") + named("inv_call", "def g(x):", '{"x": "1"}'),
            act("inv_step_over") + named("inv_return", "    return x", '"1"'),
            act("inv_step_call") + named("inv_call", "def g(x):", '{"x": "1"}'),
            act("inv_step_over") + named("inv_line", "    b = g(a) + g(a)", SAME),
            act("inv_step_over") + named("inv_call", "def f(a):", '{"a": "1"}'),
            act("inv_step_over") + EXIT_ENTRY,
        )
        == []
    )


def test_inverse_step_over_passes_the_callees() -> None:
    """From the copy straight to the original; entering instead is another document."""
    parts = [
        named("inv_return", "    return [a]", '"[1]"') + act("inv_step_over"),
        named("inv_line", "    return [a]", SAME) + act("inv_step_over"),
        named("inv_line", "        del b", '{"..": "..", "b": "2"}') + act("inv_step_over"),
        named("inv_line", "    except ValueError:", SAME) + act("inv_step_over"),
        named("inv_exception", "        g(0)", '"ValueError(0)"') + act("inv_step_over"),
        named("inv_line_call", "        g(0)", SAME) + act("inv_step_over"),
        named("inv_line", "        g(0)", SAME) + act("inv_step_call"),
        named("inv_call", "def f(a):", '{"a": "1"}') + act("inv_step_into") + EXIT_ENTRY,
    ]
    assert outcome("calls", "inverse", *parts) == []
    parts[5] = parts[5].replace("inv_step_over", "inv_step_into")
    assert outcome("calls", "inverse", *parts)


def test_inverse_from_a_line_that_closes_its_level() -> None:
    """``with`` raises again without an event: its line closes the level and shows itself."""
    locals_ = '{"x": "1"}'
    tail = [
        act("inv_step_over") + named("inv_line", "    with Guard():", SAME),
        act("inv_step_over") + named("inv_exception", "        raise KeyError(x)", '"KeyError(1)"'),
        act("inv_step_call") + named("inv_call", "def f(x):", locals_),
        act("inv_step_over") + EXIT_ENTRY,
    ]
    assert not outcome(
        "guard", "inverse", named("inv_line_call", "    with Guard():", locals_), *tail
    )
    original = named("inv_line", "    with Guard():", locals_)
    assert not outcome("guard", "inverse", original, *tail[1:])
    assert outcome("guard", "inverse", named("inv_line", "    with Guard():", SAME), *tail[1:])


def test_inverse_from_a_line_that_closes_a_level_within() -> None:
    """As from the closing state of the entry: on its copy or on itself, where lines are starts."""
    copy = named("inv_line_call", "        h()", "{}")
    tail = [
        act("inv_step_over") + named("inv_line", "        h()", "{}"),
        act("inv_step_call") + named("inv_call", "def g():", "{}"),
        act("inv_step_into") + EXIT_ENTRY,
    ]
    original = named("inv_line", "        h()", "{}")
    for parts in ([copy, *tail], [original, *tail[1:]]):
        text = head("within", "inverse") + "".join(parts)
        started = document("within", "inverse", text)
        assert follow(recording("within"), started, line_starts=True) is None
        assert follow(recording("within"), started) is not None
    elsewhere = named("inv_line_call", "        g()", "{}")  # calls, and does not close its level
    text = head("within", "inverse") + elsewhere + act("inv_step_over")
    text += named("inv_line", "        g()", "{}") + act("inv_step_call")
    text += named("inv_call", "def f():", "{}") + act("inv_step_into") + EXIT_ENTRY
    assert follow(recording("within"), document("within", "inverse", text), line_starts=True)


def test_inverse_from_any_line_state() -> None:
    """Only where the configuration says so; the locals are complete."""
    text = "".join(
        [
            head("digits", "inverse"),
            named("inv_line", "    return result", '{"single_digit": "5", "result": '),
            '"[1, 2, 3, 4, 6, 7, 8, 9, 10]", "c": "10"}',
            act("inv_step_over") + named("inv_line", "    for c in range(1, 11):", SAME),
            act("inv_step_over")
            + named("inv_line", "            result.append(c)", '{"..": "..", '),
            '"result": "[1, 2, 3, 4, 6, 7, 8, 9]"}',
            act("inv_step_call") + "<|end_of_text|>",
        ]
    )
    started = document("digits", "inverse", text, complete=False)
    assert follow(recording("digits"), started) is not None
    assert follow(recording("digits"), started, line_starts=True) is None


def test_text_that_spells_markers_is_text() -> None:
    """Markers in source lines and values neither end a frame nor act."""
    src = "    t = s + '<|frame_sep|><|exit_normal|>' # <|action_sep|><|step_over|>"
    frames = [
        named("call", "def main():", "{}") + act("breakpoint", src),
        line(src, '{"s": "\'a\'"}') + act("step_over"),
        line("    return t", '{"..": "..", "t": "\'a<|frame_sep|><|exit_normal|>\'"}'),
        act("continue") + EXIT_NORMAL,
    ]
    assert outcome("marked", "forward", *frames) == []
    assert outcome("marked", "forward", *frames[:2], frames[1], *frames[2:])


def test_a_script_is_its_module() -> None:
    """Its call state has no line; both directions cover the module."""
    assert (
        outcome(
            "script",
            "forward",
            named("call", "<module>", "{}") + act("step_into"),
            line("x = int(input())", "{}") + act("step_over"),
            line("print(x)", '{"x": "7"}') + act("step_over"),
            named("return", "print(x)", '"None"') + act("step_into"),
            EXIT_NORMAL,
        )
        == []
    )
    assert (
        outcome(
            "script",
            "inverse",
            named("inv_return", "print(x)", '"None"') + act("inv_step_into"),
            named("inv_line", "print(x)", SAME) + act("inv_step_into"),
            named("inv_line", "x = int(input())", "{}") + act("inv_step_into"),
            named("inv_call", "<module>", "{}") + act("inv_step_over"),
            EXIT_ENTRY,
        )
        == []
    )


def test_moves_beyond_the_budget_are_not_available() -> None:
    """Of a cut recording, only ``continue`` and what the prefix holds can be used."""
    cut = recording("calls", 10)
    assert (cut.cut, len(cut.states)) == (True, 10)
    start = head("calls", "forward") + START

    def passes(*parts: str) -> bool:
        text = start + "".join(parts)
        return follow(cut, document("calls", "forward", text)) is None

    assert passes(act("continue"), EXIT_NORMAL)
    assert not passes(act("step_return"), named("return", "    return f(1)", '"[1]"'), EXIT_NORMAL)
    assert not passes(act("step_over"), EXIT_NORMAL)
    assert not passes(act("breakpoint", "    return [a]"), EXIT_NORMAL)
    inverse = named("inv_return", "    return [a]", '"[1]"') + act("inv_step_into")
    whole = document("calls", "inverse", head("calls", "inverse") + inverse, complete=False)
    assert follow(cut, whole) is not None


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Write a corpus and the listings as documents."""
    corpus, documents = tmp_path / "corpus.jsonl", tmp_path / "documents.jsonl"
    rows = [{"id": name, **program} for name, program in PROGRAMS.items()]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    texts = [{**vars(each), "split": "train"} for each in LISTINGS.values()]
    documents.write_text("".join(json.dumps(row) + "\n" for row in texts), encoding="utf-8")
    return corpus, documents


def test_the_command(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """It counts by direction, shows what differs, and says so by its status."""
    corpus, documents = files
    words = ["--corpus", str(corpus), "--documents", str(documents)]
    assert main(words) == 0
    assert "forward: 3 documents, 3 match, 0 do not" in capsys.readouterr().out
    documents.write_text(documents.read_text().replace("inv_exit_entry", "exit_normal"))
    assert main(words) == 1
    printed = capsys.readouterr().out
    assert "inverse: 2 documents, 1 match, 1 do not" in printed
    frames = golden("count_inverse").count("<|frame_sep|>") - 1
    assert f"after {frames} frames" in printed


def test_the_command_reports_what_it_cannot_record(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A document of an unknown program is a mismatch."""
    corpus, documents = files
    corpus.write_text("")
    assert main(["--corpus", str(corpus), "--documents", str(documents)]) == 1
    assert "the corpus has no such program" in capsys.readouterr().out


WHOLE = '{"s": "\'berry\'", "t": "\'r\'", "n": "0", "c": "\'b\'"}'


@pytest.mark.parametrize(
    ("trajectory", "values", "accepted"),
    [
        ("count#forward.0@2", WHOLE, True),
        ("count#forward.0", WHOLE, False),  # no window: it must begin with the call of the entry
        ("count#forward.0@2", '{"..": "..", "c": "\'b\'"}', False),  # nothing was shown before
        ("count#forward.0@2", WHOLE.replace("'b'", "'z'"), False),  # there is no such state
        ("count@2#forward.0", WHOLE, False),  # of which the program is called so
    ],
)
def test_windows_begin_at_a_later_state_in_full(
    trajectory: str, values: str, accepted: bool
) -> None:
    """A window restates the state that it begins with; the rest is as everywhere."""
    text = (
        head("count", "forward")
        + line("        n += int(c == t)", values)
        + act("step_into")
        + line("    for c in s:", SAME)
        + act("continue")
        + EXIT_NORMAL
    )
    wrong = text.replace(SAME, '{"..": "..", "n": "1"}')
    window = Document("count", "forward", trajectory, True, text)
    assert (follow(recording("count"), window) is None) == accepted
    assert follow(recording("count"), Document("count", "forward", trajectory, True, wrong))


def test_inverse_windows_end_where_their_walk_ends() -> None:
    """The exit is the entry's, wherever the window began."""
    values = WHOLE.removesuffix(', "c": "\'b\'"}') + "}"
    text = (
        head("count", "inverse")
        + named("inv_line", "    for c in s:", values)
        + act("inv_step_into")
        + named("inv_line", "    n = 0", SAME)
        + act("inv_step_call")
        + named("inv_call", "def count(s, t):", '{"s": "\'berry\'", "t": "\'r\'"}')
        + act("inv_step_into")
        + EXIT_ENTRY
    )
    for trajectory, accepted in (("count#inverse.0@3", True), ("count#inverse.0", False)):
        window = Document("count", "inverse", trajectory, True, text)
        assert (follow(recording("count"), window) is None) == accepted
