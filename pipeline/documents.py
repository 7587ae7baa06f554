"""Documents: from one program's trace to its trajectories, encoded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.config import Long, TrajectoriesConfig
from pipeline.inverse_steps import InverseSteps, Judge, Keys
from tokenization.encode import Encoded, Encoder
from tokenization.grammar import Part
from tokenization.render import Renderer
from tracing.rejection import Reason, Rejection
from tracing.states.scopes import ScopeTrees
from tracing.states.tree import StateTree
from tracing.states.view import Visit
from tracing.trace import Trace
from tracing.trajectories.coverage import Coverage, reach
from tracing.trajectories.replay import positions, replay
from tracing.trajectories.sample import Drawn, draw
from tracing.trajectories.trajectory import Direction, Trajectory


class Trajectories:
    """The trajectories of one trace, by configuration and seed, and their documents."""

    def __init__(self, trace: Trace, config: TrajectoriesConfig, seed: int) -> None:
        self._trees = ScopeTrees(StateTree.of(trace))
        self._renderers: dict[int, Renderer] = {}
        self.drawn: dict[Direction, list[Drawn]] = {
            direction: list(self._draw(config, direction, seed)) for direction in Direction
        }
        needs_syntax = any(
            policy.syntax is not None or policy.entries is not None for _, policy in config.drawing
        )
        self.unclassified = needs_syntax and self._trees.syntax is None

    def _draw(self, config: TrajectoriesConfig, direction: Direction, seed: int) -> Iterator[Drawn]:
        """Those of each policy, all of them different."""
        earlier: list[Trajectory] = []
        for name, policy in config.drawing:
            count = config.count(name, direction)
            drawn = draw(self._trees, policy, direction, count, seed, config.redraws, name, earlier)
            earlier += drawn.trajectories
            yield drawn

    def __iter__(self) -> Iterator[Trajectory]:
        for direction in Direction:
            yield from self.of(direction)

    def of(self, direction: Direction) -> Iterator[Trajectory]:
        """Those of a direction, by policy and number."""
        for drawn in self.drawn[direction]:
            yield from drawn.trajectories

    def visits(self, trajectory: Trajectory) -> tuple[Visit, ...]:
        """The states of its scope that one of them meets."""
        return replay(self._trees.tree(trajectory.activation), trajectory)

    def parts(self, trajectory: Trajectory) -> Iterator[Part]:
        """The document of one of them, part by part."""
        return self.parts_from(trajectory)(0)

    def parts_from(self, trajectory: Trajectory) -> Callable[[int], Iterator[Part]]:
        """From the number of a frame to the parts of the document that begins with it."""
        activation, actions = trajectory.activation, trajectory.actions
        visits, direction = self.visits(trajectory), trajectory.direction
        renderer = self._renderers.get(activation)
        if renderer is None:
            renderer = self._renderers[activation] = Renderer(self._trees.tree(activation))
        return lambda first: renderer.parts(visits[first:], actions[first:], direction)

    def encode(
        self, trajectory: Trajectory, encoder: Encoder, long: Long
    ) -> Iterator[Encoded | None]:
        """The document of one of them, in windows or cut; None where there is no room for one."""
        if long is Long.WINDOWS:
            frames = len(trajectory.actions)
            return encoder.encode_windows(trajectory.id, self.parts_from(trajectory), frames)
        return iter([encoder.encode_parts(trajectory.id, self.parts(trajectory))])

    def inverse_steps(self, keys: Keys) -> dict[str, InverseSteps]:
        """What is known of the inverse ones, by id; `keys` are those of ambiguous steps."""
        judge = Judge(self._trees, keys)
        return {
            item.id: judge.judge(item, positions(self._trees.tree(item.activation), item))
            for item in self.of(Direction.INVERSE)
        }

    def survey(self) -> Counter[str]:
        """How far the actions led, what was visited, and how many start at a sampled call, by
        direction: `DIRECTION.reach.ACTION.BUCKET`, `.states`, `.transitions`, `.sampled_entries`.
        """
        found: Counter[str] = Counter()
        for direction in Direction:
            coverage = Coverage()
            for item in self.of(direction):
                tree, base = self._trees.tree(item.activation), self._trees.base(item.activation)
                visited = positions(tree, item)
                coverage.add(base, len(tree), visited, item.actions)
                for (kind, far), count in reach(tree, direction, visited, item.actions).items():
                    found[f"{direction}.reach.{kind}.{far}"] += count
                found[f"{direction}.sampled_entries"] += item.activation > 0
            found[f"{direction}.states"] += len(coverage.states)
            found[f"{direction}.transitions"] += len(coverage.transitions)
        return found


@dataclass(slots=True)
class Made:
    """What became of one trace: documents, or a rejection."""

    documents: list[Encoded] = field(default_factory=list)
    rejection: Rejection | None = None
    trajectories: Counter[str] = field(default_factory=Counter)  # by direction
    policies: Counter[str] = field(default_factory=Counter)  # trajectories by policy
    repeated: int = 0  # dropped, because the program has the same one already
    without_start: int = 0  # inverse ones of a program that has no state to start on
    without_room: int = 0  # documents or windows whose first frames alone fill the sequence
    unclassified: bool = False  # the policy asks for syntax, and the source's cannot be told
    survey: Counter[str] = field(default_factory=Counter)  # see `Trajectories.survey`
    inverse_steps: list[InverseSteps] = field(default_factory=list)  # of the documents


def make_documents(
    trace: Trace,
    config: TrajectoriesConfig,
    seed: int,
    encoder: Encoder,
    long: Long = Long.CUT,
    keys: Keys | None = None,
) -> Made:
    """Draw, render and encode; with the `keys` of ambiguous steps, judge inverse documents."""
    made = Made()
    if not encoder.context_fits(trace.code):
        detail = f"{len(trace.code)} characters of code"
        made.rejection = Rejection(trace.program, Reason.CONTEXT_TOO_LONG, detail)
        return made
    trajectories = Trajectories(trace, config, seed)
    made.unclassified, made.survey = trajectories.unclassified, trajectories.survey()
    for direction, several in trajectories.drawn.items():
        for drawn in several:
            made.trajectories[direction] += len(drawn.trajectories)
            made.repeated += drawn.dropped
            made.without_start += drawn.unavailable
    for trajectory in trajectories:
        made.policies[trajectory.policy] += 1
        windows = list(trajectories.encode(trajectory, encoder, long))
        made.without_room += windows.count(None)
        made.documents += filter(None, windows)
    if keys is not None:
        whole = {document.id.rpartition("@")[0] or document.id for document in made.documents}
        known = trajectories.inverse_steps(keys)
        made.inverse_steps = [steps for name, steps in known.items() if name in whole]
    return made
