"""Gives every instant of a message to one of the spans that are open in it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from eliza_bench.spans import Spans

L = TypeVar("L", bound=Hashable)


@dataclass
class Row:
    calls: int = 0
    inclusive_ns: int = 0
    self_ns: int = 0


@dataclass
class Open(Generic[L]):
    label: L
    row: Row
    end: int
    counted_until: int = field(default=0)
    """What is within it has been counted up to this instant, where somebody counts."""


class SelfTimes(Generic[L]):
    """Sums up the times of each label.

    An instant belongs to the open span that began last. The framework awaits one thing after
    another, so that this is the innermost one. A span takes its time from the spans around it, so
    that the self times add up to the messages' time. Spans that began outside every message are
    left out.
    """

    def __init__(self, whole: L) -> None:
        """`whole` is the label of the messages themselves."""
        self.rows: dict[L, Row] = {}
        self._whole = whole

    def add(self, spans: Spans, labels: Sequence[L], messages: Sequence[tuple[int, int]]) -> None:
        """Adds messages that followed one another, given as start and end."""
        used, span = spans.close(), 0
        for started, returned in messages:
            while span < used and spans.starts[span] < started:
                span += 1
            around = [self._open(self._whole, started, returned)]
            while span < used and spans.starts[span] < returned:
                start, end = spans.starts[span], min(spans.ends[span] or returned, returned)
                while around[-1].end <= start and len(around) > 1:
                    around.pop()
                label = labels[spans.labels[span]]
                opened = self._open(label, start, end)
                _take(around, start, end)
                self.note(around, label, start, end)
                around.append(opened)
                span += 1

    def note(self, around: list[Open[L]], label: L, start: int, end: int) -> None:
        """Called for each span, with those around it."""

    def _open(self, label: L, start: int, end: int) -> Open[L]:
        row = self.rows.setdefault(label, Row())
        row.calls += 1
        row.inclusive_ns += end - start
        row.self_ns += end - start
        return Open(label, row, end)


def _take(around: Sequence[Open[L]], start: int, end: int) -> None:
    """Takes the time from the spans around: first from the innermost, the rest from further out."""
    taken = start
    for outer in reversed(around):
        until = min(end, outer.end)
        if until > taken:
            outer.row.self_ns -= until - taken
            taken = until
