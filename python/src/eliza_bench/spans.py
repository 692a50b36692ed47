"""The spans of one iteration, in buffers that are allocated before the first one."""

from array import array
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from eliza_bench.clocks import now_ns

Method = Callable[..., Any]


class Spans:
    """Spans in the order of their beginnings.

    `labels[i]` says what span `i` is. Its end is 0 if it has not ended.
    """

    def __init__(self, room: int) -> None:
        self.starts = array("q", bytes(8 * room))
        self.ends = array("q", bytes(8 * room))
        self.labels = array("H", bytes(2 * room))
        self._numbers = count()

    def close(self) -> int:
        """Returns how many spans there are. No span may follow.

        Raises RuntimeError if there was no room for all of them.
        """
        used = next(self._numbers)
        if used > len(self.starts):
            raise RuntimeError(
                f"{used} spans were recorded and there is room for {len(self.starts)}"
            )
        return used

    # The wrappers run inside the messages: they are closures over what they need, nothing else.

    def wrap_async(self, method: Callable[..., Awaitable[Any]], label: int) -> Method:
        starts, ends, labels = self.starts, self.ends, self.labels
        number, now = self._numbers.__next__, now_ns

        async def record(*arguments: Any, **named: Any) -> Any:
            span = number()
            labels[span] = label
            starts[span] = now()
            try:
                return await method(*arguments, **named)
            finally:
                ends[span] = now()

        return record

    def wrap(self, method: Method, label: int) -> Method:
        starts, ends, labels = self.starts, self.ends, self.labels
        number, now = self._numbers.__next__, now_ns

        def record(*arguments: Any, **named: Any) -> Any:
            span = number()
            labels[span] = label
            starts[span] = now()
            try:
                return method(*arguments, **named)
            finally:
                ends[span] = now()

        return record


class GrowingSpans(Spans):
    """Spans of which nobody knows how many there will be: those of a user's plugins."""

    def __init__(self) -> None:
        super().__init__(0)

    def close(self) -> int:
        return len(self.starts)

    def wrap_async(self, method: Callable[..., Awaitable[Any]], label: int) -> Method:
        starts, ends, begin = self.starts, self.ends, self._begin
        now = now_ns

        async def record(*arguments: Any, **named: Any) -> Any:
            span = begin(label)
            starts[span] = now()
            try:
                return await method(*arguments, **named)
            finally:
                ends[span] = now()

        return record

    def wrap(self, method: Method, label: int) -> Method:
        starts, ends, begin = self.starts, self.ends, self._begin
        now = now_ns

        def record(*arguments: Any, **named: Any) -> Any:
            span = begin(label)
            starts[span] = now()
            try:
                return method(*arguments, **named)
            finally:
                ends[span] = now()

        return record

    def _begin(self, label: int) -> int:
        self.labels.append(label)
        self.ends.append(0)
        self.starts.append(0)
        return len(self.starts) - 1
