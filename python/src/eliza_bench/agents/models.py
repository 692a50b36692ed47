"""Every model of a user's agent is the mock's.

A plugin may register models of its own, with any priority and at any time: they get the mock's
handler, so that nothing of theirs is ever called.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

from eliza_bench.failure import UnmatchedPromptError
from eliza_bench.framework import AgentRuntime, IAgentRuntime, Plugin
from eliza_bench.mock_llm_plugin import ModelHandler, StreamHandler

OTHER_ANSWER = "This is a fixed benchmark response."
"""What the mock answers to a prompt that is none of the framework's own."""

_PRIORITY = 1000
"""Above what plugins give themselves."""
_TEXT = re.compile("TEXT_(?!EMBEDDING|TO_SPEECH)")
"""Types whose answer is a text."""
_LARGE = "TEXT_LARGE"
_STREAM = "_STREAM"


def keep_models(runtime: AgentRuntime, mock: Plugin) -> None:
    """Is called before plugins are registered. `mock` is the plugin with the mock's models."""
    models: dict[str, ModelHandler] = mock.models or {}
    streams: dict[str, StreamHandler] = mock.streaming_models or {}
    methods: Any = runtime
    register_model, register_stream = methods.register_model, methods.register_streaming_model

    def register(model_type: Any, handler: Any, provider: str, priority: int = 0) -> None:
        if any(handler is own for own in models.values()):
            register_model(model_type, handler, provider, _PRIORITY)
        else:
            register_model(model_type, _stand_in(_name(model_type), models), provider, priority)

    def register_streaming(model_type: Any, handler: Any, provider: str, priority: int = 0) -> None:
        if any(handler is own for own in streams.values()):
            register_stream(model_type, handler, provider, _PRIORITY)
        else:
            answer = _stand_in(_name(model_type).removesuffix(_STREAM), models)
            register_stream(model_type, _stream_of(answer), provider, priority)

    methods.register_model = register
    methods.register_streaming_model = register_streaming


def _name(model_type: Any) -> str:
    return str(getattr(model_type, "value", model_type))


def _stand_in(model_type: str, models: dict[str, ModelHandler]) -> ModelHandler:
    known = models.get(model_type) or (models.get(_LARGE) if _TEXT.match(model_type) else None)
    if known is not None:
        return known

    async def refuse(_runtime: IAgentRuntime, _params: dict[str, Any]) -> Any:
        raise UnmatchedPromptError(f"the mock model has no answer of the type {model_type}")

    return refuse


def _stream_of(handler: ModelHandler) -> StreamHandler:
    async def stream(runtime: IAgentRuntime, params: dict[str, Any]) -> AsyncIterator[str]:
        yield str(await handler(runtime, params))

    return stream
