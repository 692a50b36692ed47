"""The stages of spans whose times are given here, instead of recorded, are right."""

from typing import Any

import pytest

from eliza_bench.spans import Spans
from eliza_bench.stages import Label, sum_stages

LABELS: list[Label] = [
    ("prompt", None),
    ("model_call", None),
    ("compose_state", None),
    ("provider", "A"),
    ("provider", "B"),
]
PROMPT, MODEL, COMPOSE, A, B = range(5)


def rows(
    spans: list[tuple[int, int, int]], *messages: tuple[int, int]
) -> dict[tuple[str, str | None], tuple[int, ...]]:
    recorded = Spans(max(len(spans), 1))
    for index, (label, start, end) in enumerate(spans):
        recorded.labels[index], recorded.starts[index], recorded.ends[index] = label, start, end
        recorded.wrap(lambda: None, label)
        next(recorded._numbers)
    return {
        (row["stage"], row["name"]): (row["calls"], row["inclusiveNs"], row["selfNs"])
        for row in sum_stages(recorded, LABELS, messages)
    }


def test_a_nested_span_takes_its_time_from_the_one_around_it() -> None:
    assert rows([(PROMPT, 10, 90), (MODEL, 30, 50), (MODEL, 60, 65)], (0, 100)) == {
        ("message", None): (1, 100, 20),
        ("prompt", None): (1, 80, 55),
        ("model_call", None): (2, 25, 25),
    }


def test_an_instant_is_never_counted_twice_where_spans_overlap() -> None:
    assert rows([(COMPOSE, 10, 90), (A, 20, 50), (B, 30, 70)], (0, 100)) == {
        ("message", None): (1, 100, 20),
        ("compose_state", None): (1, 80, 30),
        ("provider", "A"): (1, 30, 10),
        ("provider", "B"): (1, 40, 40),
        ("provider_execution", None): (1, 50, 0),
    }


def test_spans_outside_the_messages_are_left_out() -> None:
    assert rows(
        [(MODEL, 1, 5), (MODEL, 20, 30), (MODEL, 110, 120), (PROMPT, 210, 0)], (10, 100), (200, 300)
    ) == {
        ("message", None): (2, 190, 90),
        ("model_call", None): (1, 10, 10),
        ("prompt", None): (1, 90, 90),
    }


def test_more_spans_than_there_is_room_for_are_an_error() -> None:
    spans = Spans(1)
    record = spans.wrap(lambda: None, 0)
    record()
    with pytest.raises(IndexError):
        record()
    with pytest.raises(RuntimeError, match="room for 1"):
        spans.close()


def test_a_span_ends_with_an_exception_too() -> None:
    spans = Spans(1)

    def fail() -> Any:
        raise LookupError

    with pytest.raises(LookupError):
        spans.wrap(fail, 0)()
    assert spans.ends[0] >= spans.starts[0] > 0
