"""Sees what plugins do without a message: the turns of their tasks, and timers that fire."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from typing import Any

from eliza_bench.agents.owners import FRAMEWORK, Owner, running_now
from eliza_bench.clocks import now_ns

Note = Callable[[Owner, int], None]
"""It gets who had set something going, and the nanoseconds that it took."""


class TurnWatch:
    """Watches tasks and timers that are made while it does."""

    def __init__(self, note: Note) -> None:
        self._note = note

    def begin(self) -> None:
        """Is called within the event loop, before plugins start."""
        loop: Any = asyncio.get_running_loop()
        loop.set_task_factory(self._make_task)
        call_at = loop.call_at

        def watched(when: float, callback: Any, *arguments: Any, context: Any = None) -> Any:
            owner = running_now().owner
            # What settles a future wakes a task, whose turn is seen.
            if owner != FRAMEWORK and not any(isinstance(one, asyncio.Future) for one in arguments):
                callback = self._timed(callback, owner)
            return call_at(when, callback, *arguments, context=context)

        # Loops that are not written in Python cannot be changed. Their tasks are seen all the same.
        with suppress(AttributeError):
            loop.call_at = watched

    def end(self) -> None:
        loop: Any = asyncio.get_running_loop()
        loop.set_task_factory(None)
        with suppress(AttributeError):
            del loop.call_at

    def _make_task(
        self, loop: asyncio.AbstractEventLoop, coroutine: Any, **named: Any
    ) -> asyncio.Task[Any]:
        owner = running_now().owner
        turns = coroutine if owner == FRAMEWORK else _Turns(coroutine, owner, self._note)
        return asyncio.Task(turns, loop=loop, **named)

    def _timed(self, callback: Callable[..., Any], owner: Owner) -> Callable[..., Any]:
        def fire(*arguments: Any) -> None:
            started = now_ns()
            try:
                callback(*arguments)
            finally:
                self._note(owner, now_ns() - started)

        return fire


class _Turns(Coroutine[Any, Any, Any]):
    """A coroutine whose every turn is timed."""

    def __init__(self, coroutine: Any, owner: Owner, note: Note) -> None:
        self._coroutine = coroutine
        self._owner = owner
        self._note = note

    def send(self, value: Any) -> Any:
        started = now_ns()
        try:
            return self._coroutine.send(value)
        finally:
            self._note(self._owner, now_ns() - started)

    def throw(self, *error: Any) -> Any:
        return self._coroutine.throw(*error)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield from self._coroutine.__await__())
