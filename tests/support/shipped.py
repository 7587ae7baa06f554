"""CPython's own tests, where the interpreter ships them."""

from __future__ import annotations

import unittest
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType


def shipped(name: str) -> ModuleType | None:
    """A module of the package `test`, as it stands: pytest would rewrite its assertions. None where
    it is not there, or not for this machine."""
    try:
        import test
    except ImportError:
        return None
    spec = PathFinder.find_spec(name, list(test.__path__))
    if spec is None or spec.loader is None:
        return None
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (ImportError, unittest.SkipTest):
        return None
    return module
