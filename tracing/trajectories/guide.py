"""Guide: actions drawn with the biases of a policy: syntax, horizons, what was not visited yet."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TypeVar

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import Forward, Inverse
from tracing.states.scopes import ScopeTrees
from tracing.states.syntax import Statement, Syntax
from tracing.states.view import EXIT_POSITION
from tracing.trace import Trace
from tracing.trajectories.biases import STATEMENTS, Horizons, SyntaxBias
from tracing.trajectories.chance import Chance
from tracing.trajectories.coverage import Coverage, bucket, distance
from tracing.trajectories.policy import Policy
from tracing.trajectories.trajectory import Direction

ACTIONS = {kind: Action(kind) for kind in ActionKind}
_BREAKPOINT = ActionKind.BREAKPOINT
_OVER = (ActionKind.STEP_OVER, ActionKind.INV_STEP_OVER)
_LEAVING = (ActionKind.STEP_RETURN, ActionKind.INV_STEP_CALL)
_TARGETS = {"return": Statement.RETURN, "except": Statement.EXCEPT}
_NOTHING: Mapping[str, float] = {}
T = TypeVar("T")


class Terrain:
    """What the syntax of a whole trace's source tells, by lines and by their texts."""

    def __init__(self, trace: Trace, syntax: Syntax, bias: SyntaxBias) -> None:
        self.bias = bias
        self.lines = trace.code_lines()
        wrapper = max(0, len(self.lines) - len(syntax.statements))
        self.statements = syntax.statements + bytes(wrapper)  # uint8[lines + 1], Statement
        self.arms = {self.lines[line] for line in syntax.arms}
        self.factors = {  # on breakpoints; lines without one have 1
            self.lines[line]: bias.breakpoints.get(name, 1.0)
            for name, lines in (
                ("after_loop", sorted(syntax.after_loops)),
                ("return", self._standing(Statement.RETURN)),
                ("except", self._standing(Statement.EXCEPT)),
            )
            for line in lines
        }

    def _standing(self, statement: Statement) -> list[int]:
        return [line for line, found in enumerate(self.statements) if found == statement]


class Guide:
    """Draws walks over the trees of one trace in one direction, by policy and coverage."""

    def __init__(
        self, trees: ScopeTrees, policy: Policy, direction: Direction, coverage: Coverage
    ) -> None:
        self.trees, self.policy, self.direction, self.coverage = trees, policy, direction, coverage
        self.terrain: Terrain | None = None
        if policy.syntax is not None and trees.syntax is not None:
            self.terrain = Terrain(trees.whole.trace, trees.syntax, policy.syntax)
        self._probabilities: dict[tuple[ActionKind, ...], dict[ActionKind, float]] = {}

    def walk(self, activation: int, moves: Forward | Inverse, chance: Chance) -> Iterator[Action]:
        """The actions from where `moves` start, in the scope of an activation, to the exit."""
        walk, position = _Walk(self, activation, moves, chance), moves.start
        while position != EXIT_POSITION:
            action = walk.draw(position)
            yield action
            position = moves.target(position, action)

    def probabilities(self, kinds: tuple[ActionKind, ...]) -> dict[ActionKind, float]:
        """Those of the policy alone."""
        known = self._probabilities.get(kinds)
        if known is None:
            known = self.policy.probabilities(self.direction, kinds)
            self._probabilities[kinds] = known
        return known


class _Walk:
    """One walk, and what it has met so far."""

    def __init__(
        self, guide: Guide, activation: int, moves: Forward | Inverse, chance: Chance
    ) -> None:
        self._guide, self._moves, self._chance = guide, moves, chance
        self._tree = guide.trees.tree(activation)
        self._base = guide.trees.base(activation)
        self._functions: set[int] = set()  # visited, as owners
        self._texts: set[str] = set()  # lines visited
        self._heads: Counter[tuple[int, int]] = Counter()  # loop heads, by activation and line

    def draw(self, position: int) -> Action:
        """The action taken at a position, which is visited by that."""
        self._visit(position % len(self._tree))
        lines, absent = self._lines(position)
        kinds = tuple(
            kind
            for kind in self._moves.available(position)
            if kind is not _BREAKPOINT or lines or absent
        )
        probabilities = self._guide.probabilities(kinds)
        horizons = self._guide.policy.horizons
        if horizons is not None and self._chance.uniform() < horizons.share:
            return self._aimed(position, probabilities, lines, horizons)
        weights = [p * self._factor(k, position) for k, p in probabilities.items()]
        kind = self._pick(list(probabilities), weights)
        if kind is not _BREAKPOINT:
            return ACTIONS[kind]
        return self._breakpoint(position, lines, absent)

    def _visit(self, state: int) -> None:
        terrain, trace = self._guide.terrain, self._guide.trees.whole.trace
        if terrain is None:
            return
        line, activation = trace.lines[self._base + state], trace.activations[self._base + state]
        self._functions.add(trace.owners[activation])
        self._texts.add(terrain.lines[line])
        if terrain.statements[line] == Statement.LOOP:
            self._heads[activation, line] += 1

    def _lines(self, position: int) -> tuple[Sequence[str], Sequence[str]]:
        """The lines of breakpoints: those to come, and those that do not come any more (none where
        the policy or a cut trace forbids to draw them)."""
        if self._guide.direction == Direction.INVERSE:
            return (), ()
        places = self._tree.places
        first = places.first_coming(position)
        can_miss = self._guide.policy.absent_breakpoints and not self._tree.trace.cut
        return places.texts[first:], places.texts[:first] if can_miss else ()

    def _factor(self, kind: ActionKind, position: int) -> float:
        """What the policy's biases put on an action."""
        policy, states = self._guide.policy, len(self._tree)
        factor = 1.0
        if policy.unvisited != 1.0 and not self._guide.coverage.has_transition(
            self._base, states, position, ACTIONS[kind]
        ):
            factor = policy.unvisited
        if self._guide.terrain is not None:
            factor *= self._by_syntax(self._guide.terrain, kind, position % states)
        return factor

    def _by_syntax(self, terrain: Terrain, kind: ActionKind, state: int) -> float:
        trace, bias = self._guide.trees.whole.trace, terrain.bias
        at = self._base + state
        line, activation = trace.lines[at], trace.activations[at]
        name = STATEMENTS[terrain.statements[line]]
        factor = bias.actions.get(name, _NOTHING).get(kind, 1.0)
        if kind in _OVER and self._calls_what_was_seen(at, state):
            factor *= bias.seen_calls
        if kind in _LEAVING and self._heads[activation, line] >= bias.long_loop:
            factor *= bias.loop_returns
        return factor

    def _calls_what_was_seen(self, at: int, state: int) -> bool:
        """Whether the first activation below a state is one of a function visited before."""
        trace = self._guide.trees.whole.trace
        if not self._tree.is_calling(state):
            return False
        return trace.owners[trace.activations[at + 1]] in self._functions

    def _breakpoint(self, position: int, coming: Sequence[str], absent: Sequence[str]) -> Action:
        policy, chance = self._guide.policy, self._chance
        if not coming or (absent and chance.uniform() < policy.absent_breakpoints):
            return Action(_BREAKPOINT, absent[chance.index(len(absent))])
        weights = [self._line_factor(src, position) for src in coming]
        return Action(_BREAKPOINT, self._pick(coming, weights))

    def _line_factor(self, src: str, position: int) -> float:
        guide, factor = self._guide, 1.0
        if guide.terrain is not None:
            factor = guide.terrain.factors.get(src, 1.0)
            if src in guide.terrain.arms and src not in self._texts:
                factor *= guide.terrain.bias.breakpoints.get("branch", 1.0)
        if guide.policy.unvisited != 1.0:
            target = self._tree.places.next(src, position)
            if not guide.coverage.has_state(self._base, len(self._tree), target):
                factor *= guide.policy.unvisited
        return factor

    def _aimed(
        self,
        position: int,
        probabilities: dict[ActionKind, float],
        lines: Sequence[str],
        horizons: Horizons,
    ) -> Action:
        """An action that leads as far as a distance that is drawn, or nearest to it."""
        wanted = self._pick(range(len(horizons.weights)), horizons.weights)
        best, nearest = (len(horizons.weights) + 64, 0), dict[ActionKind, list[Action]]()
        for action in self._actions(probabilities, lines):
            target = self._moves.target(position, action)
            found = bucket(distance(self._tree, self._guide.direction, position, target))
            rank = (abs(found - wanted), found)
            if rank < best:
                best, nearest = rank, {}
            if rank == best:
                nearest.setdefault(action.kind, []).append(action)
        kind = self._pick(list(nearest), [probabilities[kind] for kind in nearest])
        return nearest[kind][self._chance.index(len(nearest[kind]))]

    def _actions(
        self, probabilities: dict[ActionKind, float], lines: Sequence[str]
    ) -> Iterator[Action]:
        """All that can be drawn, breakpoints on the lines to come with them."""
        for kind in probabilities:
            if kind is not _BREAKPOINT:
                yield ACTIONS[kind]
            else:
                yield from (Action(kind, src) for src in lines)

    def _pick(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """One of some items; as if all had the same weight where none has any."""
        bounds = list(accumulate(weights))
        if not bounds[-1]:
            return items[self._chance.index(len(items))]
        return items[bisect_right(bounds, self._chance.uniform() * bounds[-1], hi=len(bounds) - 1)]
