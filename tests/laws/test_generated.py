"""Laws over generated programs, each with an implementation that it finds out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from support import documents, laws
from support.audit.run import record
from support.generated import programs
from support.traces import recordings, run_at_random

from tracing.limits import Limits
from tracing.program import Program
from tracing.sandbox import ForkServer
from tracing.states.actions import Action, ActionKind
from tracing.states.moves import Forward, Inverse
from tracing.states.scopes import ScopeTrees
from tracing.states.tree import StateTree
from tracing.states.view import EXIT_POSITION
from tracing.trace import Trace
from tracing.trajectories.biases import Entries, Horizons, SyntaxBias
from tracing.trajectories.policy import Policy
from tracing.trajectories.sample import draw
from tracing.trajectories.trajectory import Direction, Trajectory

POLICIES = (
    Policy(),
    Policy(line_starts=0.5, syntax=SyntaxBias(), unvisited=4.0),
    Policy(entries=Entries(share=0.7), horizons=Horizons(share=0.5)),
)
LONGEST = 1500  # states of a program whose every move is tried
Drawn = list[tuple[StateTree, Trajectory]]


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    server = ForkServer(Limits(wall_seconds=20.0))
    yield server
    server.close()


def traced(server: ForkServer, program: Program) -> Trace:
    """The trace of a generated program: it always has one, and a whole one."""
    trace = server.run(program)
    assert isinstance(trace, Trace), trace
    assert not trace.cut
    return trace


def drawn(trace: Trace, policies: tuple[Policy, ...] = POLICIES) -> Drawn:
    """Trajectories of a trace, by all policies and in both directions, each with its tree."""
    trees = ScopeTrees(StateTree.of(trace))
    return [
        (trees.tree(trajectory.activation), trajectory)
        for policy in policies
        for direction in Direction
        for trajectory in draw(trees, policy, direction, count=2, seed=0).trajectories
    ]


def assert_document_laws(pairs: Drawn) -> None:
    for tree, trajectory in pairs:
        laws.assert_replays(tree, trajectory)
        documents.assert_reads_back(tree, trajectory)
        documents.assert_follows_again(tree, trajectory)
        choices = documents.choices_of(trajectory)
        documents.assert_choices_are_all(tree, trajectory, choices)


def assert_laws(trace: Trace) -> None:
    """Every law over one program."""
    if len(trace) <= LONGEST:
        laws.assert_tree(StateTree.of(trace))
    assert_document_laws(drawn(trace))


def assert_audited(trace: Trace, program: Program) -> None:
    """The independent audit finds no mismatch."""
    recording = record(vars_of(program))
    for tree, trajectory in drawn(trace):
        documents.assert_audited(recording, tree, trajectory)


def vars_of(program: Program) -> dict[str, object]:
    return {name: getattr(program, name) for name in ("source", "entry", "args", "stdin")}


quick = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
many = settings(max_examples=300, suppress_health_check=list(HealthCheck))


@quick
@given(program=programs())
def test_laws_hold_over_generated_programs(server: ForkServer, program: Program) -> None:
    assert_laws(traced(server, program))


@quick
@given(program=programs(drops=False))
def test_the_audit_agrees_over_generated_programs(server: ForkServer, program: Program) -> None:
    assert_audited(traced(server, program), program)


@pytest.mark.slow
@many
@given(program=programs())
def test_laws_hold_over_many_generated_programs(server: ForkServer, program: Program) -> None:
    assert_laws(traced(server, program))


@pytest.mark.slow
@many
@given(program=programs(drops=False))
def test_the_audit_agrees_over_many(server: ForkServer, program: Program) -> None:
    assert_audited(traced(server, program), program)


@quick
@given(program=programs())
def test_a_generated_program_does_the_same_each_time(server: ForkServer, program: Program) -> None:
    assert traced(server, program) == traced(server, program)


@settings(max_examples=60)
@given(recordings(max_size=30))
def test_laws_hold_over_generated_trees(recording) -> None:
    trace = recording.finish()
    if not trace.cut:
        laws.assert_tree(StateTree.of(trace))
    assert_document_laws(drawn(trace, POLICIES[:1]))


SOME_RUN = run_at_random(bytes([3, 0, 8, 27, 16, 0, 5, 35, 3, 14, 0, 5, 7, 0, 6, 1, 5, 2])).finish()
INTO, OVER, RETURN, BREAK, _ = (
    ActionKind.STEP_INTO,
    ActionKind.STEP_OVER,
    ActionKind.STEP_RETURN,
    ActionKind.BREAKPOINT,
    ActionKind.CONTINUE,
)
INV_INTO, INV_OVER, INV_CALL = (
    ActionKind.INV_STEP_INTO,
    ActionKind.INV_STEP_OVER,
    ActionKind.INV_STEP_CALL,
)


def instead(kind: ActionKind, move: Callable[[object, int], int]):
    """A target function that is wrong about one action."""

    def change(right):
        return lambda self, position, action: (
            move(self, position) if action.kind == kind else right(self, position, action)
        )

    return change


def into(self: Forward, position: int) -> int:
    return position + 1 if position + 1 < len(SOME_RUN) else EXIT_POSITION


def over(self: Forward, position: int) -> int:
    target = self._tree.over[position]
    return target if target < len(SOME_RUN) else EXIT_POSITION


def stays(self: Forward, position: int) -> int:
    return position


WRONG_MOVES = [
    (Forward, INTO, over, laws.assert_step_into_replays),
    (Forward, OVER, into, laws.assert_forward_advances),
    (Forward, OVER, into, laws.assert_only_step_into_replays),
    (Forward, RETURN, into, laws.assert_forward_advances),
    (Forward, BREAK, stays, laws.assert_forward_advances),
    (Forward, RETURN, stays, laws.assert_call_undoes_return),
    (Inverse, INV_CALL, lambda self, p: self._tree.back[p], laws.assert_call_undoes_return),
]
WRONG_WAYS_BACK = [
    (INV_OVER, lambda self, p: self._tree.back[p], laws.assert_inverse_goes_back),
    (INV_CALL, lambda self, p: self._tree.back[p], laws.assert_inverse_goes_back),
    (INV_INTO, lambda self, p: p % len(self._tree) - 1, laws.assert_inverse_visits_all),
]


@pytest.mark.parametrize(("moves", "kind", "move", "law"), WRONG_MOVES)
def test_a_wrong_move_is_found_out(monkeypatch, moves, kind, move, law) -> None:
    tree = StateTree.of(SOME_RUN)
    law(tree)
    monkeypatch.setattr(moves, "target", instead(kind, move)(moves.target))
    with pytest.raises((AssertionError, ValueError)):
        law(tree)


@pytest.mark.parametrize(("kind", "move", "law"), WRONG_WAYS_BACK)
def test_a_wrong_way_back_is_found_out(monkeypatch, kind, move, law) -> None:
    tree, start = StateTree.of(SOME_RUN), len(SOME_RUN) - 1
    law(tree, start)
    monkeypatch.setattr(Inverse, "target", instead(kind, move)(Inverse.target))
    with pytest.raises(AssertionError):
        law(tree, start)


def test_a_document_that_loses_something_is_found_out(monkeypatch) -> None:
    tree, trajectory = drawn(SOME_RUN, POLICIES[:1])[0]
    choices = documents.choices_of(trajectory)
    with pytest.raises((AssertionError, ValueError)):
        documents.assert_choices_are_all(tree, trajectory, (choices[0], choices[1][1:]))
    read = documents.parse
    monkeypatch.setattr(
        documents, "parse", lambda contents: replace(read(contents), actions=trajectory.actions[1:])
    )
    with pytest.raises((AssertionError, ValueError)):
        documents.assert_reads_back(tree, trajectory)
    with pytest.raises((AssertionError, ValueError)):
        documents.assert_follows_again(tree, trajectory)


def test_the_audit_finds_out_a_wrong_move(server: ForkServer, monkeypatch) -> None:
    source = "def g(x):\n    return x\ndef f(x):\n    y = g(x)\n    return y\n"
    program = Program("p", source, "f", "1", "")
    recording = record(vars_of(program))
    tree = StateTree.of(traced(server, program))
    actions = (*[Action(INTO)] * 3, Action(OVER), Action(ActionKind.CONTINUE))
    whole = Trajectory("p", Direction.FORWARD, 0, 0, actions)
    documents.assert_audited(recording, tree, whole)
    monkeypatch.setattr(Forward, "target", instead(OVER, lambda self, p: p + 1)(Forward.target))
    with pytest.raises(AssertionError):
        documents.assert_audited(recording, tree, whole)
