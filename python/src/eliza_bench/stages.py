"""Sums up spans to stages: every instant of a message belongs to one stage."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from eliza_bench.measurement import Stage, StageName
from eliza_bench.spans import Spans

Label = tuple[StageName, str | None]

_MESSAGE: Label = ("message", None)
_PROVIDERS: Label = ("provider_execution", None)


@dataclass
class _Row:
    calls: int = 0
    inclusive_ns: int = 0
    self_ns: int = 0


@dataclass
class _Open:
    stage: StageName
    row: _Row
    end: int
    providers_until: int = field(default=0)
    """A state composition's providers have been counted up to this instant."""


def sum_stages(
    spans: Spans, labels: Sequence[Label], messages: Sequence[tuple[int, int]]
) -> list[Stage]:
    """Returns the stages of messages that followed one another, given as start and end.

    An instant belongs to the open span that began last. The framework awaits one thing after
    another, so that this is the innermost one. A span takes its time from the spans around it, so
    that the self times add up to the messages' time. Spans that began outside every message are
    left out.
    """
    rows: dict[Label, _Row] = {}
    used, span = spans.close(), 0
    for started, returned in messages:
        while span < used and spans.starts[span] < started:
            span += 1
        message = _add(rows, _MESSAGE, started, returned)
        around = [message]
        while span < used and spans.starts[span] < returned:
            start, end = spans.starts[span], min(spans.ends[span] or returned, returned)
            while around[-1].end <= start and len(around) > 1:
                around.pop()
            label = labels[spans.labels[span]]
            opened = _add(rows, label, start, end)
            _take(around, start, end)
            if label[0] == "provider":
                _add_provider(rows, around, start, end)
            around.append(opened)
            span += 1
    return [
        {
            "stage": stage,
            "name": name,
            "calls": row.calls,
            "inclusiveNs": row.inclusive_ns,
            "selfNs": row.self_ns,
        }
        for (stage, name), row in rows.items()
    ]


def _add(rows: dict[Label, _Row], label: Label, start: int, end: int) -> _Open:
    row = rows.setdefault(label, _Row())
    row.calls += 1
    row.inclusive_ns += end - start
    row.self_ns += end - start
    return _Open(label[0], row, end)


def _take(around: list[_Open], start: int, end: int) -> None:
    """Takes the time from the spans around: first from the innermost, the rest from further out."""
    taken = start
    for outer in reversed(around):
        until = min(end, outer.end)
        if until > taken:
            outer.row.self_ns -= until - taken
            taken = until


def _add_provider(rows: dict[Label, _Row], around: list[_Open], start: int, end: int) -> None:
    """Counts the time in which at least one provider runs.

    It belongs to the providers: the stage `provider_execution` has no self time.
    """
    composing = next((outer for outer in reversed(around) if outer.stage == "compose_state"), None)
    if composing is None:
        return
    row = rows.setdefault(_PROVIDERS, _Row())
    row.calls += composing.providers_until == 0
    row.inclusive_ns += max(0, end - max(start, composing.providers_until))
    composing.providers_until = max(end, composing.providers_until)
