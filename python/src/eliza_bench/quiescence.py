"""Waits, after a verification's last message, until the framework has nothing left to do."""

import asyncio
import re
import time

from eliza_bench.clocks import now_ns
from eliza_bench.measurement import Afterwards

_NS_PER_S = 1_000_000_000
_PAUSE_NS = _NS_PER_S // 2
"""A framework that has called no model and changed nothing for so long is at rest."""
_LONGEST_NS = 20 * _NS_PER_S
"""One that is not at rest by then is left at work."""
_LOOK_S = 0.02
# Names of an adapter's methods that change nothing. Who only reads may be looking, on a timer of
# its own, whether there is anything to do.
_READING = re.compile("get|search|count|find|list|is|has|ensure")


class RestWatch:
    def __init__(self) -> None:
        self._embeddings = 0
        self._calls = 0
        self._returned_at: int | None = None
        self._cpu_at_return_ns = 0
        self._last_at = 0
        self._cpu_at_last_ns = 0

    def note_model(self, *, embedding: bool) -> None:
        self._embeddings += embedding
        self._note()

    def note_database(self, method: str) -> None:
        if not _READING.match(method):
            self._note()

    def begin(self) -> None:
        """Called when the last message has returned."""
        self._returned_at = self._last_at = now_ns()
        self._cpu_at_return_ns = self._cpu_at_last_ns = time.process_time_ns()

    async def wait(self) -> Afterwards:
        returned_at = self._last_at if self._returned_at is None else self._returned_at
        # A pause has no event that could be waited for.
        while not self._is_at_rest() and now_ns() - returned_at < _LONGEST_NS:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_S)
        return {
            "atRest": self._is_at_rest(),
            "lastCallNs": self._last_at - returned_at,
            "cpuNs": self._cpu_at_last_ns - self._cpu_at_return_ns,
            "calls": self._calls,
            "embeddings": self._embeddings,
        }

    def _is_at_rest(self) -> bool:
        return now_ns() - self._last_at >= _PAUSE_NS

    def _note(self) -> None:
        if self._returned_at is None:
            return
        self._calls += 1
        self._last_at = now_ns()
        self._cpu_at_last_ns = time.process_time_ns()
