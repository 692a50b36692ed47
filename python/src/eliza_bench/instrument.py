"""What may be put around the parts of an agent for one iteration; by itself it is nothing, as plain
iterations are.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from eliza_bench.framework import Content, Memory
from eliza_bench.measurement import Stage
from eliza_bench.mock_llm_plugin import ModelHandler

if TYPE_CHECKING:
    from eliza_bench.agent import Agent

Callback = Callable[[Content], Awaitable[list[Memory]]]


class Instrument:
    """Wrappers must change nothing of what the framework does."""

    def wrap_models(self, handlers: dict[str, ModelHandler]) -> dict[str, ModelHandler]:
        """Before construction: the model handlers to register, by model type."""
        return handlers

    def attach(self, agent: "Agent") -> None:
        """After seeding, before the first message."""

    def wrap_callback(self, callback: Callback) -> Callback:
        """After `attach`: the callback to hand to the framework with a message."""
        return callback

    def sending(self) -> AbstractContextManager[None]:
        """Around the sending of messages, off the clock: what reaches further than the agent is
        undone at its end.
        """
        return nullcontext()

    def stages(self, _messages: Sequence[tuple[int, int]]) -> list[Stage] | None:
        """The pipeline's stages, given when each message was sent and when it had returned."""
        return None
