"""Watches Python's garbage collector while plain iterations run."""

import gc
from typing import Any

from eliza_bench.clocks import now_ns
from eliza_bench.measurement import GarbageCollections


class Collector:
    """Counts the collections of every generation, and adds up their pauses."""

    def __init__(self) -> None:
        self.watching = False
        self._started = 0
        self._collections = 0
        self._total_ns = 0
        self._longest_ns = 0

    def watch(self) -> None:
        if not self.watching:
            self.watching = True
            # It comes first: a callback after it may remove itself while Python walks the list.
            gc.callbacks.insert(0, self._record)

    def stop(self) -> GarbageCollections:
        """Stops watching and returns everything counted so far."""
        gc.callbacks.remove(self._record)
        self.watching = False
        return {
            "collections": self._collections,
            "totalPauseNs": self._total_ns,
            "maxPauseNs": self._longest_ns,
        }

    def _record(self, phase: str, _info: dict[str, Any]) -> None:
        # It keeps sums, because a list would grow while it is measured.
        if phase == "start":
            self._started = now_ns()
            return
        pause = now_ns() - self._started
        self._collections += 1
        self._total_ns += pause
        self._longest_ns = max(self._longest_ns, pause)


class Unnoticed:
    """Keeps allocations inside the block from bringing the next collection nearer.

    The wrappers of an observed iteration are hundreds of objects, which is enough to move a
    collection into every message.
    """

    def __init__(self) -> None:
        self._before = 0
        self._thresholds: tuple[int, int, int] | None = None

    def __enter__(self) -> None:
        gc.disable()
        self._before = gc.get_count()[0]

    def __exit__(self, *_: object) -> None:
        if self._thresholds is None:
            self._thresholds = gc.get_threshold()
            gc.callbacks.append(self._end)
        youngest, *others = gc.get_threshold()
        gc.set_threshold(youngest + gc.get_count()[0] - self._before, *others)
        gc.enable()

    def _end(self, _phase: str, _info: dict[str, Any]) -> None:
        # The objects belong to an older generation from now on.
        if self._thresholds:
            gc.set_threshold(*self._thresholds)
            self._thresholds = None
            gc.callbacks.remove(self._end)


unnoticed = Unnoticed()
