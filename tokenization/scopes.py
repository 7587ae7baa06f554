"""LOCALS of one trace: complete, or as the difference to what was shown before."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress
from operator import ne

from tokenization.notation import ELISION, quote
from tracing.trace import Trace

_EMPTY = "{}"
_UNCHANGED = "{" + ELISION + "}"


class Scopes:
    """Writes the scopes and arguments of one trace; every text is quoted once.

    Scopes, names and texts are given by the trace's own numbers.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._names: dict[int, str] = {}  # '"name": '
        self._texts: dict[int, str] = {}  # '"text"'
        self._complete: dict[int, str] = {}

    def argument(self, text: int) -> str:
        """ARG."""
        quoted = self._texts.get(text)
        if quoted is None:
            quoted = self._texts[text] = quote(self._trace.texts[text])
        return quoted

    def complete(self, scope: int) -> str:
        """LOCALS with every variable."""
        written = self._complete.get(scope)
        if written is None:
            flat = self._trace.scopes[scope]
            pairs = self._pairs(zip(flat[::2], flat[1::2], strict=True))
            written = self._complete[scope] = "{" + ", ".join(pairs) + "}"
        return written

    def changes(self, shown: int, scope: int) -> str:
        """LOCALS after `shown`: what is new or different; all where a variable disappeared."""
        before, after = self._trace.scopes[shown][::2], self._trace.scopes[scope][::2]
        if before != after and not set(before) <= set(after):
            return self.complete(scope)
        return self.differences(shown, scope)

    def differences(self, shown: int, scope: int) -> str:
        """LOCALS beside `shown`: what `shown` does not have, or has with another value."""
        before, after = self._trace.scopes[shown], self._trace.scopes[scope]
        if not after:
            return _EMPTY
        if shown == scope:
            return _UNCHANGED
        pairs = self._pairs(_changed(before, after))
        if 2 * len(pairs) == len(after):
            return self.complete(scope)
        return "{" + ", ".join([ELISION, *pairs]) + "}"

    def _pairs(self, variables: Iterable[tuple[int, int]]) -> list[str]:
        return [self._name(name) + self.argument(text) for name, text in variables]

    def _name(self, name: int) -> str:
        written = self._names.get(name)
        if written is None:
            written = self._names[name] = quote(self._trace.names[name]) + ": "
        return written


def _changed(before: tuple[int, ...], after: tuple[int, ...]) -> Iterable[tuple[int, int]]:
    """The (name, text) of scope `after` that scope `before` does not have, in order."""
    names, texts = after[::2], after[1::2]
    variables = zip(names, texts, strict=True)
    if before[::2] == names:
        return compress(variables, map(ne, before[1::2], texts))
    known = dict(zip(before[::2], before[1::2], strict=True))
    return (pair for pair in variables if known.get(pair[0]) != pair[1])
