"""Documents: from one program's trace to its trajectories, encoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.config import Long, TrajectoriesConfig
from tokenization.encode import Encoded, Encoder
from tokenization.grammar import Part
from tokenization.render import Renderer
from tracing.rejection import Reason, Rejection
from tracing.states.tree import StateTree
from tracing.trace import Trace
from tracing.trajectories.replay import replay
from tracing.trajectories.sample import Drawn, draw
from tracing.trajectories.trajectory import Direction, Trajectory


class Trajectories:
    """The trajectories of one trace, by configuration and seed, and their documents."""

    def __init__(self, trace: Trace, config: TrajectoriesConfig, seed: int) -> None:
        self._tree = StateTree.of(trace)
        self._renderer = Renderer(self._tree)
        counts = {Direction.FORWARD: config.forward, Direction.INVERSE: config.inverse}
        self.drawn: dict[Direction, Drawn] = {
            direction: draw(self._tree, config.policy, direction, count, seed, config.redraws)
            for direction, count in counts.items()
        }

    def __iter__(self) -> Iterator[Trajectory]:
        for drawn in self.drawn.values():
            yield from drawn.trajectories

    def parts(self, trajectory: Trajectory) -> Iterator[Part]:
        """The document of one of them, part by part."""
        return self.parts_from(trajectory)(0)

    def parts_from(self, trajectory: Trajectory) -> Callable[[int], Iterator[Part]]:
        """From the number of a frame to the parts of the document that begins with it."""
        visits, actions = replay(self._tree, trajectory), trajectory.actions
        direction, renderer = trajectory.direction, self._renderer
        return lambda first: renderer.parts(visits[first:], actions[first:], direction)

    def encode(
        self, trajectory: Trajectory, encoder: Encoder, long: Long
    ) -> Iterator[Encoded | None]:
        """The document of one of them, in windows or cut; None where there is no room for one."""
        if long is Long.WINDOWS:
            frames = len(trajectory.actions)
            return encoder.encode_windows(trajectory.id, self.parts_from(trajectory), frames)
        return iter([encoder.encode_parts(trajectory.id, self.parts(trajectory))])


@dataclass(slots=True)
class Made:
    """What became of one trace: documents, or a rejection."""

    documents: list[Encoded] = field(default_factory=list)
    rejection: Rejection | None = None
    trajectories: dict[str, int] = field(default_factory=dict)  # by direction
    repeated: int = 0  # dropped, because the program has the same one already
    without_start: int = 0  # inverse ones of a program that has no state to start on
    without_room: int = 0  # documents or windows whose first frames alone fill the sequence


def make_documents(
    trace: Trace,
    config: TrajectoriesConfig,
    seed: int,
    encoder: Encoder,
    long: Long = Long.CUT,
) -> Made:
    """Draw, render and encode."""
    made = Made()
    if not encoder.context_fits(trace.code):
        detail = f"{len(trace.code)} characters of code"
        made.rejection = Rejection(trace.program, Reason.CONTEXT_TOO_LONG, detail)
        return made
    trajectories = Trajectories(trace, config, seed)
    for direction, drawn in trajectories.drawn.items():
        made.trajectories[direction] = len(drawn.trajectories)
        made.repeated += drawn.dropped
        made.without_start += drawn.unavailable
    for trajectory in trajectories:
        windows = list(trajectories.encode(trajectory, encoder, long))
        made.without_room += windows.count(None)
        made.documents += filter(None, windows)
    return made
