"""Replaces functions that the framework finds in modules.

Every runtime of the process shares them, so that they are put back soon.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from eliza_bench.spans import Method

_SCALARS = frozenset({type(None), bool, int, float, str})

Replacement = tuple[str, Method, Method]
"""The module, the function that it holds, and the function that replaces it."""


def find_function(module: str, name: str) -> Method:
    found: Method = getattr(sys.modules[module], name)
    return found


def find_holders(original: Method, package: str) -> list[str]:
    """Returns the package's modules that have imported the function by its own name."""
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
    """Makes a setter that calls `observed` for a dictionary or list, and not again for its items.

    Storing a scalar takes no longer than observing it would: its time stays with the caller.
    """
    namespace, name = original.__globals__, original.__name__

    def store(target: object, value: object) -> None:
        if type(value) in _SCALARS:
            original(target, value)
            return
        # The setter calls itself by its name in the module.
        namespace[name] = original
        try:
            observed(target, value)
        finally:
            namespace[name] = store

    return store
