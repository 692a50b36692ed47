"""Every micro-benchmark does the work that its name says."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eliza_bench.micro import Subject, add_benchmarks

# The other languages' micro-benchmarks have the same names.
OPERATIONS = [
    "compose_state",
    "prompt_render",
    "response_parse",
    "memory_create",
    "memory_get",
    "provider_run CHARACTER",
    "provider_run RECENT_MESSAGES",
]


class Runner:
    """Takes the place of pyperf's: runs every benchmark once and keeps its result."""

    def __init__(self) -> None:
        self.results: dict[str, Any] = {}

    def bench_func(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        self.results[name] = function(*arguments)

    def bench_async_func(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        async def run() -> Any:
            return await function(*arguments)

        self.results[name] = asyncio.run(run())

    def bench_time_func(
        self, name: str, function: Callable[[int], float], *, inner_loops: int
    ) -> None:
        self.results[name] = (function(2), inner_loops)


@pytest.fixture(scope="module")
def subject(shared: Path) -> Subject:
    return asyncio.run(Subject.open(shared))


@pytest.fixture(scope="module")
def results(subject: Subject) -> dict[str, Any]:
    runner = Runner()
    add_benchmarks(runner, subject)
    return runner.results


def test_every_operation_is_measured(results: dict[str, Any]) -> None:
    assert list(results) == OPERATIONS


def test_the_state_and_the_prompt_hold_the_history(results: dict[str, Any]) -> None:
    newest = "Earlier message 100 of the conversation with BenchmarkAgent."
    assert newest in results["compose_state"].text
    assert newest in results["prompt_render"]
    assert newest in results["provider_run RECENT_MESSAGES"].text
    assert "BenchmarkAgent" in results["provider_run CHARACTER"].text


def test_the_parsed_answer_is_the_one_that_the_framework_gets(
    subject: Subject, results: dict[str, Any]
) -> None:
    answers = [
        template.answers["default"]
        for template in subject.contract.responses.templates
        if template.template == "messageHandler"
    ]
    assert len(answers) > 1
    assert subject.answer in answers
    assert results["response_parse"]["text"] == "This is a fixed benchmark response."


def test_memories_are_read_and_written(subject: Subject, results: dict[str, Any]) -> None:
    read = results["memory_get"]
    assert len(read) == 20
    assert {memory["roomId"] for memory in read} == {subject.message.room_id}
    seconds, writes = results["memory_create"]
    assert 0 < seconds < 10
    assert writes == 100
