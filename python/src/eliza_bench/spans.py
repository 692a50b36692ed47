"""Spans of one iteration: what began when and ended when, in room that is set aside before the
first.
"""

from array import array
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from eliza_bench.clocks import now_ns

Method = Callable[..., Any]


class Spans:
    """`labels[i]` says what span `i` is; an end of 0 says that it has not ended. In the order of
    their beginnings.
    """

    def __init__(self, room: int) -> None:
        self.starts = array("q", bytes(8 * room))
        self.ends = array("q", bytes(8 * room))
        self.labels = array("H", bytes(2 * room))
        self._numbers = count()

    def close(self) -> int:
        """How many there are; none may follow. Raises RuntimeError if there was no room for all of
        them.
        """
        used = next(self._numbers)
        if used > len(self.starts):
            raise RuntimeError(
                f"{used} spans were recorded and there is room for {len(self.starts)}"
            )
        return used

    # The wrappers run inside the messages: closures over what they need, nothing else.

    def wrap_async(self, method: Callable[..., Awaitable[Any]], label: int) -> Method:
        number, starts, ends, labels, now = (
            self._numbers.__next__,
            self.starts,
            self.ends,
            self.labels,
            now_ns,
        )

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
        number, starts, ends, labels, now = (
            self._numbers.__next__,
            self.starts,
            self.ends,
            self.labels,
            now_ns,
        )

        def record(*arguments: Any, **named: Any) -> Any:
            span = number()
            labels[span] = label
            starts[span] = now()
            try:
                return method(*arguments, **named)
            finally:
                ends[span] = now()

        return record
