"""Signatures of methods are read once, and are those that Beam reads."""

from __future__ import annotations

import inspect
from functools import partial

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms import core
from apache_beam.transforms.userstate import CombiningValueStateSpec

from pipeline import signatures


class _Counts(beam.DoFn):
    COUNTS = beam.DoFn.StateParam(CombiningValueStateSpec("counts", sum))

    def process(self, element, size=3, *, name="", counts=COUNTS):
        yield element

    @classmethod
    def named(cls, name, other=beam.DoFn.KeyParam):
        return name, other


class _Other(_Counts):
    def process(self, pair, window=beam.DoFn.WindowParam):
        yield pair


@pytest.fixture
def remembered():
    """Beam's functions, and those that remember."""
    read = signatures._read
    signatures.remember()
    assert core.get_function_args_defaults is not read
    return read, core.get_function_args_defaults


@pytest.mark.parametrize("made", [_Counts(), _Other(), core.CallableWrapperDoFn(str.split)])
def test_they_are_those_that_beam_reads(made: beam.DoFn, remembered) -> None:
    read, remember = remembered
    methods = [value for _, value in inspect.getmembers(made, inspect.ismethod)]
    assert len(methods) > 10
    for method in [*methods, *methods]:
        assert remember(method) == read(method)


@pytest.mark.parametrize("function", [len, str, partial(int, base=2), lambda x, y=1: x + y])
def test_other_functions_are_read_as_they_are(function, remembered) -> None:
    read, remember = remembered
    assert remember(function) == read(function)


def test_whoever_changes_one_changes_his_own(remembered) -> None:
    _, remember = remembered
    names, defaults = remember(_Counts().process)
    wanted = list(names), list(defaults)
    names.clear()
    defaults.clear()
    assert remember(_Counts().process) == wanted


def test_each_is_read_once(remembered, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []

    def read(function):
        if inspect.ismethod(function):
            found.append(function.__func__)
        return remembered[0](function)

    monkeypatch.setattr(signatures, "_read", read)
    signatures._of_method.cache_clear()
    for _ in range(3):
        with beam.Pipeline(runner=FnApiRunner()) as pipeline:
            pipeline | beam.Create([1]) | beam.Map(str) | beam.Reshuffle()
    assert len(found) > 10
    assert len(found) == len(set(found))
