"""The event loop that runs the coroutines: asyncio's own, or that of a library."""

import asyncio
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from eliza_bench.failure import InputError

_OWN = "asyncio"


def check_loop(name: str) -> None:
    """Raises InputError if the library is not installed."""
    if name != _OWN and importlib.util.find_spec(name) is None:
        raise InputError(
            f"the package {name} is not installed for {sys.executable}: "
            f"the target python+{name} has it"
        )


@contextmanager
def open_loop(name: str, *, closes: bool) -> Iterator[asyncio.Runner]:
    """Makes a runner. What the plugins of a user's agent have left in it need not ever end.

    Raises InputError if the library is not installed.
    """
    check_loop(name)
    runner = asyncio.Runner(loop_factory=_find_factory(name))
    try:
        yield runner
    finally:
        if closes:
            runner.close()


def _find_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Returns None for asyncio's own loop."""
    if name == _OWN:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module(name).new_event_loop
    return factory
