"""Guide: actions drawn with the biases of a policy: syntax, horizons, what was not visited yet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property, lru_cache, partial
from typing import TypeAlias

from tracing.states.actions import Action, ActionKind
from tracing.states.moves import Forward, Inverse
from tracing.states.scopes import ScopeTrees
from tracing.states.view import EXIT_POSITION
from tracing.trajectories.aim import Aim
from tracing.trajectories.biases import STATEMENTS
from tracing.trajectories.chance import Chance
from tracing.trajectories.coverage import Coverage
from tracing.trajectories.policy import Policy
from tracing.trajectories.replay import positions
from tracing.trajectories.terrain import NOWHERE, Met, Standing, Terrain
from tracing.trajectories.trajectory import Direction, Trajectory
from tracing.trajectories.walks import ACTIONS, SOME_BREAKPOINT, Table, Walks

_OVER = (ActionKind.STEP_OVER, ActionKind.INV_STEP_OVER)
_LEAVING = (ActionKind.STEP_RETURN, ActionKind.INV_STEP_CALL)

# All that the weights of actions depend on: the actions available, whether there is a line for a
# breakpoint, the standing, and which actions were taken there before (empty: nobody asks).
_Case: TypeAlias = tuple[tuple[ActionKind, ...], bool, Standing, tuple[bool, ...]]


@lru_cache(maxsize=16)
def _tables(policy: Policy, direction: Direction, has_terrain: bool) -> dict[_Case, Table]:
    """Those that programs share."""
    return {}


class Guides:
    """What the guides of one trace in one direction have in common."""

    def __init__(self, trees: ScopeTrees, policy: Policy, direction: Direction) -> None:
        self.trees, self.policy, self.direction = trees, policy, direction
        self.coverage = Coverage()
        self.terrain: Terrain | None = None
        if policy.syntax is not None and trees.syntax is not None:
            self.terrain = Terrain(trees.whole, trees.syntax, policy.syntax)
        self.tables = _tables(policy, direction, self.terrain is not None)

    def remember(self, trajectory: Trajectory) -> None:
        """Counts a trajectory among those that were drawn, if the policy asks for that."""
        if self.policy.unvisited != 1.0:
            tree = self.trees.tree(trajectory.activation)
            base = self.trees.base(trajectory.activation)
            self.coverage.add(base, len(tree), positions(tree, trajectory), trajectory.actions)


class Guide(Walks):
    """Draws walks over the tree of one scope."""

    def __init__(self, guides: Guides, activation: int) -> None:
        tree, policy, direction = guides.trees.tree(activation), guides.policy, guides.direction
        super().__init__(tree, policy, direction)
        self._tree, self._states, self._base = tree, len(tree), guides.trees.base(activation)
        self._policy, self._guides = policy, guides
        self._aim: Aim | None = None
        if policy.horizons is not None:
            self._aim = Aim(tree, policy, direction, policy.horizons)

    def walk(self, moves: Forward | Inverse, chance: Chance) -> tuple[Action, ...]:
        """The actions from where `moves` start to the exit."""
        terrain = self._guides.terrain
        met = None if terrain is None else Met(terrain)
        drawn: list[Action] = []
        position = moves.start
        while position != EXIT_POSITION:
            action = self._draw(moves, position, met, chance)
            drawn.append(action)
            position = moves.target(position, action)
        return tuple(drawn)

    def _draw(
        self, moves: Forward | Inverse, position: int, met: Met | None, chance: Chance
    ) -> Action:
        """The action taken at a position, which is visited by that."""
        standing = NOWHERE
        if met is not None:
            standing = met.visit(self._base + position % self._states)
        if self._aim is not None and chance.happens(self._aim.share):
            return self._aim.draw(moves, position, chance)
        available, has_lines = moves.available(position), position < self._breakpoints.until
        taken = () if self._policy.unvisited == 1.0 else self._taken(position, available)
        case = available, has_lines, standing, taken
        table = self._guides.tables.get(case) or self._made(case)
        action = table.actions[bisect_right(table.bounds, next(chance.words))]
        if action is SOME_BREAKPOINT:
            return self._breakpoints.draw(position, chance, partial(self._weigh, position, met))
        return action

    def _taken(self, position: int, available: Sequence[ActionKind]) -> tuple[bool, ...]:
        """Which of the actions were taken here before; of breakpoints, whose line is open, none."""
        coverage, place = self._guides.coverage, (self._base, self._states, position)
        if not coverage.has_state(*place):
            return (False,) * len(available)
        return tuple(coverage.has_transition(*place, ACTIONS[kind]) for kind in available)

    def _made(self, case: _Case) -> Table:
        available, has_lines, standing, taken = case
        novelty = {
            kind: 1.0 if known else self._policy.unvisited
            for kind, known in zip(available, taken, strict=False)
        }
        probabilities = self._policy.probabilities(self._guides.direction, available, has_lines)
        table = self._guides.tables[case] = Table.of(
            {
                kind: p * novelty.get(kind, 1.0) * self._by_syntax(kind, standing)
                for kind, p in probabilities.items()
            }
        )
        return table

    def _by_syntax(self, kind: ActionKind, standing: Standing) -> float:
        """What the syntax puts on an action."""
        bias, (statement, calls_seen, long_loop) = self._policy.syntax, standing
        if bias is None or self._guides.terrain is None:
            return 1.0
        factor = bias.actions.get(STATEMENTS[statement], {}).get(kind, 1.0)
        if calls_seen and kind in _OVER:
            factor *= bias.seen_calls
        if long_loop and kind in _LEAVING:
            factor *= bias.loop_returns
        return factor

    def _weigh(self, position: int, met: Met | None, coming: int) -> Sequence[float]:
        """The weights of the lines to come, the `coming`-th and on, as breakpoints."""
        factors, arms = self._lines
        weights = factors[coming:]
        if met is not None:
            for k in arms[bisect_left(arms, coming) :]:
                weights[k - coming] *= met.branch(self._tree.places.texts[k])
        if self._policy.unvisited != 1.0:
            seen, base = self._guides.coverage.states, self._base
            for k, state in enumerate(self._tree.places.coming(position)):
                if base + state not in seen:
                    weights[k] *= self._policy.unvisited
        return weights

    @cached_property
    def _lines(self) -> tuple[list[float], list[int]]:
        """Of the lines that a breakpoint can be set on: what the syntax puts on each, and which
        (ascending) begin a suite of a branch."""
        texts, terrain = self._tree.places.texts, self._guides.terrain
        if terrain is None:
            return [1.0] * len(texts), []
        factors = [terrain.factors.get(src, 1.0) for src in texts]
        return factors, [k for k, src in enumerate(texts) if src in terrain.arms]
