"""The interface of what wraps the parts of an agent for one iteration.

The class itself wraps nothing: plain iterations run with it.
"""

import copy
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from eliza_bench.agent_records import OwnerTime
from eliza_bench.framework import AgentRuntime, Content, Memory, Plugin
from eliza_bench.measurement import Stage
from eliza_bench.mock_llm_plugin import ModelHandler

if TYPE_CHECKING:
    from eliza_bench.agent import Agent
    from eliza_bench.agents.load import LoadedAgent

Callback = Callable[[Content], Awaitable[list[Memory]]]


class Instrument:
    """Wrappers must not change what the framework does."""

    def wrap_models(self, handlers: dict[str, ModelHandler]) -> dict[str, ModelHandler]:
        """Returns the model handlers to register, by model type. Called before construction."""
        return handlers

    def prepare(self, runtime: AgentRuntime, own: "LoadedAgent", mock: Plugin) -> None:
        """Called before the runtime of a user's agent is initialized."""

    def attach(self, agent: "Agent") -> None:
        """Wraps the agent's parts. Called after seeding, before the first message."""

    def wrap_callback(self, callback: Callback) -> Callback:
        """Returns the callback to give to the framework with a message. Called after `attach`."""
        return callback

    def listen(self) -> AbstractContextManager[None]:
        """Surrounds the sending of messages, off the clock.

        Whatever reaches beyond the agent is undone at its end.
        """
        return nullcontext()

    def stages(self, _messages: Sequence[tuple[int, int]]) -> list[Stage] | None:
        """Returns the stages, given when each message was sent and when it returned."""
        return None

    def owners(self, _messages: Sequence[tuple[int, int]]) -> list[OwnerTime] | None:
        """Returns the times by plugin and part of a user's agent, given the same."""
        return None


def copy_with(part: Any, **methods: Any) -> Any:
    """Returns a copy of a provider, an action or an evaluator that has other methods.

    Every runtime of the process shares the part itself. A part may be frozen.
    """
    copied = copy.copy(part)
    for name, method in methods.items():
        object.__setattr__(copied, name, method)
    return copied
