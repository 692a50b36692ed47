"""Functions that the framework finds in modules, replaced for a while: every runtime of the process
shares them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from eliza_bench.spans import Method

_SCALARS = frozenset({type(None), bool, int, float, str})

Replacement = tuple[str, Method, Method]
"""Module, what it holds, and what it is to hold."""


def find_function(module: str, name: str) -> Method:
    found: Method = getattr(sys.modules[module], name)
    return found


def find_holders(original: Method, package: str) -> list[str]:
    """The modules of a package that hold the function by its own name, as imported."""
    name = original.__name__
    modules = list(sys.modules.items())
    return [
        key
        for key, module in modules
        if key.startswith(package) and vars(module).get(name) is original
    ]


@contextmanager
def replace_functions(replacements: list[Replacement]) -> Iterator[None]:
    for module, original, replacement in replacements:
        setattr(sys.modules[module], original.__name__, replacement)
    try:
        yield
    finally:
        for module, original, _ in replacements:
            setattr(sys.modules[module], original.__name__, original)


def observe_whole_values(original: Method, observed: Method) -> Method:
    """For a function that stores a value: `observed` for a dictionary or list, not again for what
    is in it.

    A single scalar takes no longer than its observation would: its time stays with the caller.
    """
    namespace, name = original.__globals__, original.__name__

    def store(target: object, value: object) -> None:
        if type(value) in _SCALARS:
            original(target, value)
            return
        # It calls itself by its module's name.
        namespace[name] = original
        try:
            observed(target, value)
        finally:
            namespace[name] = store

    return store
