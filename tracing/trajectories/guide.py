"""Guide: actions drawn with the biases of a policy: syntax, horizons, what was not visited yet."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple, TypeAlias, TypeVar

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import Forward, Inverse
from tracing.states.scopes import ScopeTrees
from tracing.states.syntax import Statement, Syntax
from tracing.states.view import EXIT_POSITION
from tracing.trace import Trace
from tracing.trajectories.biases import STATEMENTS, Horizons, SyntaxBias
from tracing.trajectories.breakpoints import Breakpoints
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
_FARTHEST = (1 << 16, 0)  # a rank that every action goes before
T = TypeVar("T")

# The statement that a state stands on, whether it calls what was visited, whether it is the head of
# a long loop; what is so for a policy that does not ask for syntax.
_Standing: TypeAlias = tuple[int, bool, bool]
_NOWHERE: _Standing = (0, False, False)
# All that the weights of actions depend on: the actions available, whether there is a line for a
# breakpoint, the standing, and which actions were taken there before (empty: nobody asks).
_Case: TypeAlias = tuple[tuple[ActionKind, ...], bool, _Standing, tuple[bool, ...]]


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


class _Table(NamedTuple):
    """How likely actions are: by the policy alone, and with its biases as cumulative weights."""

    probabilities: Mapping[ActionKind, float]
    kinds: list[ActionKind]
    bounds: list[float]


@lru_cache(maxsize=16)
def _tables(policy: Policy, direction: Direction, has_terrain: bool) -> dict[_Case, _Table]:
    """Those that programs share."""
    return {}


class Guide:
    """Draws walks over the trees of one trace in one direction, by policy and coverage."""

    def __init__(
        self, trees: ScopeTrees, policy: Policy, direction: Direction, coverage: Coverage
    ) -> None:
        self.trees, self.policy, self.direction, self.coverage = trees, policy, direction, coverage
        self.terrain: Terrain | None = None
        if policy.syntax is not None and trees.syntax is not None:
            self.terrain = Terrain(trees.whole.trace, trees.syntax, policy.syntax)
        self._tables = _tables(policy, direction, self.terrain is not None)

    def walk(self, activation: int, moves: Forward | Inverse, chance: Chance) -> Iterator[Action]:
        """The actions from where `moves` start, in the scope of an activation, to the exit."""
        walk, position = _Walk(self, activation, moves, chance), moves.start
        while position != EXIT_POSITION:
            action = walk.draw(position)
            yield action
            position = moves.target(position, action)

    def table(self, case: _Case) -> _Table:
        """How likely each action is in a case."""
        known = self._tables.get(case)
        if known is None:
            known = self._tables[case] = self._made(case)
        return known

    def _made(self, case: _Case) -> _Table:
        available, has_lines, standing, taken = case
        kinds = [kind for kind in available if has_lines or kind is not _BREAKPOINT]
        probabilities = self.policy.probabilities(self.direction, kinds)
        weights = [
            p * (self._novelty(kind, available, taken) * self._by_syntax(kind, standing))
            for kind, p in probabilities.items()
        ]
        return _Table(probabilities, list(probabilities), list(accumulate(weights)))

    def _novelty(
        self, kind: ActionKind, available: Sequence[ActionKind], taken: Sequence[bool]
    ) -> float:
        return self.policy.unvisited if taken and not taken[available.index(kind)] else 1.0

    def _by_syntax(self, kind: ActionKind, standing: _Standing) -> float:
        """What the syntax puts on an action."""
        if self.terrain is None:
            return 1.0
        bias, (statement, calls_seen, long_loop) = self.terrain.bias, standing
        factor = bias.actions.get(STATEMENTS[statement], _NOTHING).get(kind, 1.0)
        if calls_seen and kind in _OVER:
            factor *= bias.seen_calls
        if long_loop and kind in _LEAVING:
            factor *= bias.loop_returns
        return factor


class _Walk:
    """One walk, and what it has met so far."""

    def __init__(
        self, guide: Guide, activation: int, moves: Forward | Inverse, chance: Chance
    ) -> None:
        self._guide, self._moves, self._chance = guide, moves, chance
        self._tree = guide.trees.tree(activation)
        self._base = guide.trees.base(activation)
        policy = guide.policy
        self._breakpoints = Breakpoints(self._tree, guide.direction, policy.absent_breakpoints)
        self._functions: set[int] = set()  # visited, as owners
        self._texts: set[str] = set()  # lines visited
        self._heads: dict[tuple[int, int], int] = {}  # visits of loops, by activation and line

    def draw(self, position: int) -> Action:
        """The action taken at a position, which is visited by that."""
        guide, available = self._guide, self._moves.available(position)
        terrain, has_lines = guide.terrain, position < self._breakpoints.until
        standing = _NOWHERE
        if terrain is not None:
            standing = self._visit(terrain, position % len(self._tree))
        horizons = guide.policy.horizons
        if horizons is not None and self._chance.uniform() < horizons.share:
            table = guide.table((available, has_lines, _NOWHERE, ()))
            return self._aimed(position, table.probabilities, horizons)
        taken = () if guide.policy.unvisited == 1.0 else self._taken(position, available)
        table = guide.table((available, has_lines, standing, taken))
        kind = self._choose(table.kinds, table.bounds)
        return ACTIONS[kind] if kind is not _BREAKPOINT else self._breakpoint(position)

    def _visit(self, terrain: Terrain, state: int) -> _Standing:
        trace, at = self._guide.trees.whole.trace, self._base + state
        line, activation = trace.lines[at], trace.activations[at]
        self._functions.add(trace.owners[activation])
        self._texts.add(terrain.lines[line])
        statement, visits = terrain.statements[line], 0
        if statement == Statement.LOOP:
            visits = self._heads[activation, line] = self._heads.get((activation, line), 0) + 1
        # The first activation below a state is the one that comes next.
        calls_seen = self._tree.is_calling(state) and (
            trace.owners[trace.activations[at + 1]] in self._functions
        )
        return statement, calls_seen, visits >= terrain.bias.long_loop

    def _taken(self, position: int, available: tuple[ActionKind, ...]) -> tuple[bool, ...]:
        """Which of the actions were taken here before; of breakpoints, whose line is open, none."""
        place = (self._base, len(self._tree), position)
        return tuple(
            self._guide.coverage.has_transition(*place, ACTIONS[kind]) for kind in available
        )

    def _breakpoint(self, position: int) -> Action:
        texts, chance = self._tree.places.texts, self._chance
        first, absent = self._tree.places.first_coming(position), self._breakpoints.absent
        if first == len(texts) or (first and absent and chance.uniform() < absent):
            return Action(_BREAKPOINT, texts[chance.index(first)])
        coming = texts[first:]
        weights = accumulate(self._line_factor(src, position) for src in coming)
        return Action(_BREAKPOINT, self._choose(coming, list(weights)))

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
        self, position: int, probabilities: Mapping[ActionKind, float], horizons: Horizons
    ) -> Action:
        """An action that leads as far as a distance that is drawn, or nearest to it."""
        wanted = self._choose(range(len(horizons.weights)), list(accumulate(horizons.weights)))
        least, nearest = _FARTHEST, dict[ActionKind, list[str | None]]()
        for kind in probabilities:
            for src, target in self._targets(position, kind):
                far = bucket(distance(self._tree, self._guide.direction, position, target))
                rank = (abs(far - wanted), far)
                if rank < least:
                    least, nearest = rank, {}
                if rank == least:
                    nearest.setdefault(kind, []).append(src)
        kinds = list(nearest)
        kind = self._choose(kinds, list(accumulate(probabilities[kind] for kind in kinds)))
        src = nearest[kind][self._chance.index(len(nearest[kind]))]
        return ACTIONS[kind] if src is None else Action(kind, src)

    def _targets(self, position: int, kind: ActionKind) -> Iterator[tuple[str | None, int]]:
        """Where an action leads; a breakpoint by each of the lines to come."""
        if kind is not _BREAKPOINT:
            yield None, self._moves.target(position, ACTIONS[kind])
            return
        places = self._tree.places
        for src in places.texts[places.first_coming(position) :]:
            yield src, places.next(src, position)

    def _choose(self, items: Sequence[T], bounds: Sequence[float]) -> T:
        """One of some items by their cumulative weights; as if all had the same where none has
        any."""
        if not bounds[-1]:
            return items[self._chance.index(len(items))]
        return items[bisect_right(bounds, self._chance.uniform() * bounds[-1], hi=len(bounds) - 1)]
