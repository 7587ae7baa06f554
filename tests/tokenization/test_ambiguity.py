"""Ambiguity: the same keys as a dictionary of texts finds."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support.walks import traces

from tokenization.ambiguity import ambiguous, distinct, frames, key, steps
from tokenization.render import Renderer
from tracing.states.actions import Action, ActionKind
from tracing.states.moves import INVERSE
from tracing.states.tree import StateTree
from tracing.states.view import visit_of
from tracing.trace import Trace
from tracing.trajectories.trajectory import Direction

Answers = dict[tuple[str, ActionKind], set[str]]


def text(tree: StateTree, position: int) -> str:
    """The frame of a position, as a document that starts there shows it."""
    renderer, action = Renderer(tree), Action(ActionKind.INV_STEP_INTO)
    visits = [visit_of(position, len(tree))]
    _, frame, *_ = renderer.parts([*visits, *visits], [action], Direction.INVERSE)
    return "".join(str(content) for content in frame.contents)


def by_hand(tree: StateTree) -> Answers:
    """What follows each text, from the words of the language."""
    found: Answers = defaultdict(set)
    n, trace = len(tree), tree.trace
    order = [p for p in range(2 * n) if p < n or tree.is_calling(p - n)]
    for position in order:
        state = position % n
        targets = {ActionKind.INV_STEP_CALL: tree.opening[trace.activations[state]]}
        if position:
            targets[ActionKind.INV_STEP_INTO] = tree.back[position]
            targets[ActionKind.INV_STEP_OVER] = state if position >= n else tree.back[position]
        for kind, target in targets.items():
            if target != position:
                found[text(tree, position), kind].add(text(tree, target))
    return found


@settings(deadline=None, max_examples=60)
@given(st.lists(traces(), min_size=1, max_size=3))
def test_keys_with_several_answers_are_those_of_a_dictionary(found: list[Trace]) -> None:
    trees = [StateTree.of(trace) for trace in found]
    answers: Answers = defaultdict(set)
    for tree in trees:
        for step, texts in by_hand(tree).items():
            answers[step] |= texts
    keys = ambiguous(distinct(np.concatenate([steps(tree) for tree in trees]))).tolist()
    assert len(keys) == sum(len(texts) > 1 for texts in answers.values())
    for tree in trees:
        shown = frames(tree)
        for position in range(len(tree)):
            for kind in INVERSE:
                several = len(answers.get((text(tree, position), kind), ())) > 1
                assert (int(key(shown[position], kind)) in keys) == several
