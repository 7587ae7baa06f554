"""A graph run in a plain loop: the same functions, lists for collections, nothing of a runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.internal.util import insert_values_in_args
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.core import CallableWrapperDoFn

from pipeline.timings import Metrics

Lists = dict[Any, list[Any]]  # what each collection holds


def run(graph: Callable[[Any], None], *_: object) -> Metrics:
    """In the place of `pipeline.runners.run`; nothing is counted."""
    pipeline = beam.Pipeline()
    graph(pipeline)
    lists: Lists = {}
    for part in pipeline._root_transform().parts:
        _run(part, lists)
    return {}


def _run(applied: Any, lists: Lists) -> None:
    transform = applied.transform
    for kind, function in _KINDS.items():
        if isinstance(transform, kind):
            given = [lists[i] for i in applied.inputs if not isinstance(i, beam.pvalue.PBegin)]
            lists[applied.outputs[None]] = function(transform, *given)
            return
    if isinstance(transform, beam.ParDo):
        _do(applied, lists)
    for part in applied.parts:
        _run(part, lists)


def _do(applied: Any, lists: Lists) -> None:
    outputs: dict[Any, list[Any]] = {tag: [] for tag in applied.outputs}
    transform = applied.transform
    views = [_view(side, lists) for side in applied.side_inputs]
    args, kwargs = insert_values_in_args(transform.args, transform.kwargs, views)
    (elements,) = (lists[i] for i in applied.inputs)
    for made in _made(transform.fn, elements, args, kwargs):
        if isinstance(made, TaggedOutput):
            outputs[made.tag].append(made.value)
        else:
            outputs[None].append(made)
    for tag, collection in applied.outputs.items():
        lists[collection] = outputs[tag]


def _made(fn: Any, elements: Iterable[Any], args: Any, kwargs: Any) -> Iterator[Any]:
    if isinstance(fn, CallableWrapperDoFn):
        for element in elements:
            yield from fn.process(element, *args, **kwargs) or ()
        return
    fn.setup()
    try:
        fn.start_bundle()
        for element in elements:
            yield from fn.process(element, *args, **kwargs) or ()
        for last in fn.finish_bundle() or ():
            yield last.value
    finally:
        fn.teardown()


def _view(side: Any, lists: Lists) -> Any:
    return side._from_runtime_iterable(lists[side.pvalue], side._view_options())


def _grouped(_: Any, pairs: list[Any]) -> list[Any]:
    groups: dict[Any, list[Any]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return list(groups.items())


def _combined(transform: Any, pairs: list[Any]) -> list[Any]:
    return [(key, transform.fn.apply(values)) for key, values in _grouped(transform, pairs)]


_KINDS: dict[type, Callable[..., list[Any]]] = {
    beam.Impulse: lambda _: [b""],
    beam.Create: lambda transform: list(transform.values),
    beam.Reshuffle: lambda _, elements: elements,
    beam.CombinePerKey: _combined,
    beam.GroupByKey: _grouped,
    beam.Flatten: lambda _, *several: [element for some in several for element in some],
}
