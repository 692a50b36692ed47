"""The mock model of all agents of a process."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from eliza_bench.clocks import monotonic_ns
from eliza_bench.framework import IAgentRuntime
from eliza_bench.mock_llm_plugin import EMBEDDING_MODEL, Answers, Mock, ModelHandler

_TIMER_S = 0.001
"""A timer may be late by this. What comes later finds the process busy: no time of the model."""


class ModelTime:
    """Adds up the time in which at least one call of a model was waited for."""

    def __init__(self) -> None:
        self._total_ns = 0
        self._calls = 0
        self._since_ns = 0
        self._until_ns = 0

    def begin_call(self, delay_s: float) -> None:
        now_ns = monotonic_ns()
        if self._calls == 0:
            self._since_ns = self._until_ns = now_ns
        self._until_ns = max(self._until_ns, now_ns + round((delay_s + _TIMER_S) * 1e9))
        self._calls += 1

    def end_call(self) -> None:
        self._calls -= 1
        if self._calls == 0:
            self._total_ns += self._span_ns(monotonic_ns())

    def total_ns(self, at_ns: int) -> int:
        """Returns the nanoseconds until this reading of the clock."""
        return self._total_ns + (self._span_ns(at_ns) if self._calls else 0)

    def _span_ns(self, at_ns: int) -> int:
        return min(at_ns, self._until_ns) - self._since_ns


# Every task that a message starts has it too.
_model_time: ContextVar[ModelTime | None] = ContextVar("model_time", default=None)


class LiveMock(Mock):
    """Counts from the start of the process. What it keeps does not grow with the messages."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self.embeddings = 0
        # All agents share them: what an agent weighs is the framework's.
        self._handlers = self._make_counting_handlers()

    def begin_message(self) -> ModelTime | None:
        """Measures the model's time of the task's message. None if the model takes no time."""
        if not self.answers.delay_s:
            return None
        time = ModelTime()
        _model_time.set(time)
        return time

    def make_noter(self) -> Callable[[str], None]:
        return _forget

    async def wait(self, delay_s: float) -> None:
        time = _model_time.get()
        if time is None:
            await asyncio.sleep(delay_s)
            return
        time.begin_call(delay_s)
        try:
            await asyncio.sleep(delay_s)
        finally:
            time.end_call()

    def make_handlers(self) -> dict[str, ModelHandler]:
        return self._handlers

    def _make_counting_handlers(self) -> dict[str, ModelHandler]:
        handlers = super().make_handlers()
        embed = handlers[EMBEDDING_MODEL]

        async def count(runtime: IAgentRuntime, params: dict[str, Any]) -> Any:
            self.embeddings += 1
            return await embed(runtime, params)

        return {**handlers, EMBEDDING_MODEL: count}


def _forget(_question: str) -> None:
    pass
