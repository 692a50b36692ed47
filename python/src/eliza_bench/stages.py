"""Sums up spans to stages: every instant of a message belongs to one stage."""

from collections.abc import Sequence

from eliza_bench.measurement import Stage, StageName
from eliza_bench.self_times import Open, Row, SelfTimes
from eliza_bench.spans import Spans

Label = tuple[StageName, str | None]

_MESSAGE: Label = ("message", None)
_PROVIDERS: Label = ("provider_execution", None)


def sum_stages(
    spans: Spans, labels: Sequence[Label], messages: Sequence[tuple[int, int]]
) -> list[Stage]:
    """Returns the stages of messages that followed one another, given as start and end."""
    times = _StageTimes(_MESSAGE)
    times.add(spans, labels, messages)
    return [
        {
            "stage": stage,
            "name": name,
            "calls": row.calls,
            "inclusiveNs": row.inclusive_ns,
            "selfNs": row.self_ns,
        }
        for (stage, name), row in times.rows.items()
    ]


class _StageTimes(SelfTimes[Label]):
    def note(self, around: list[Open[Label]], label: Label, start: int, end: int) -> None:
        """Counts the time in which at least one provider runs.

        It belongs to the providers: the stage `provider_execution` has no self time.
        """
        if label[0] != "provider":
            return
        composing = next(
            (outer for outer in reversed(around) if outer.label[0] == "compose_state"), None
        )
        if composing is None:
            return
        row = self.rows.setdefault(_PROVIDERS, Row())
        row.calls += composing.counted_until == 0
        row.inclusive_ns += max(0, end - max(start, composing.counted_until))
        composing.counted_until = max(end, composing.counted_until)
