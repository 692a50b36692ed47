"""The recorder of a verification iteration: its wrappers count the framework's calls."""

import inspect
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from eliza_bench.agent import Agent
from eliza_bench.databases.records import read_field
from eliza_bench.framework import IAgentRuntime
from eliza_bench.instrument import Instrument, copy_with
from eliza_bench.measurement import ModelCalls
from eliza_bench.mock_llm_plugin import EMBEDDING_MODEL, Answers, ModelHandler
from eliza_bench.prompted_texts import PromptedTexts
from eliza_bench.provided_texts import ProvidedTexts
from eliza_bench.quiescence import RestWatch
from eliza_bench.read_limits import ReadLimits, reads_memories

_EMBEDDING = "embedding"

Method = Callable[..., Awaitable[Any]]


class Recorder(Instrument):
    """Counts over the whole iteration, from the end of seeding."""

    def __init__(self, answers: Answers, provided: ProvidedTexts, prompted: PromptedTexts) -> None:
        self.providers: Counter[str] = Counter()
        self.actions: Counter[str] = Counter()
        self.evaluators: Counter[str] = Counter()
        self.adapter_calls: Counter[str] = Counter()
        self.memories_read = 0
        self.memory_ids: set[str] = set()
        """The ids of the memories that reads returned to the framework."""
        self.provided = provided
        self.prompted = prompted
        self.limits = ReadLimits()
        self.rest = RestWatch()
        self._answers = answers
        self._model_calls: Counter[tuple[str, str]] = Counter()
        self._prompt_chars: Counter[tuple[str, str]] = Counter()

    def model_calls(self) -> list[ModelCalls]:
        return [
            {
                "modelType": key[0],
                "template": key[1],
                "calls": calls,
                "promptChars": self._prompt_chars[key],
            }
            for key, calls in self._model_calls.items()
        ]

    def wrap_models(self, handlers: dict[str, ModelHandler]) -> dict[str, ModelHandler]:
        return {
            model_type: self._wrap_model(model_type, handler)
            for model_type, handler in handlers.items()
        }

    def attach(self, agent: Agent) -> None:
        runtime, adapter = agent.runtime, agent.adapter
        # Every runtime of the process shares the providers and actions: this one gets copies.
        runtime.providers[:] = [self._wrap_provider(part) for part in runtime.providers]
        runtime.actions[:] = [
            self._wrap_part(part, "handler", self.actions) for part in runtime.actions
        ]
        runtime.evaluators[:] = [
            self._wrap_part(part, "handler", self.evaluators) for part in runtime.evaluators
        ]
        for name, _ in inspect.getmembers(type(adapter), inspect.iscoroutinefunction):
            if not name.startswith("_"):
                method = getattr(adapter, name)
                if reads_memories(name):
                    method = self._wrap_limited(method)
                counting = _wrap_counting(method, self.adapter_calls, name)
                setattr(adapter, name, self._wrap_noting(counting, name))
        adapter.get_memories = self._wrap_get_memories(adapter.get_memories)

    def _wrap_provider(self, part: Any) -> Any:
        get = _wrap_counting(part.get, self.providers, part.name)

        async def note(*arguments: Any, **named: Any) -> Any:
            result = await get(*arguments, **named)
            self.provided.note(getattr(result, "text", None) or "")
            return result

        return copy_with(part, get=note)

    def _wrap_part(self, part: Any, method: str, counts: Counter[str]) -> Any:
        return copy_with(part, **{method: _wrap_counting(getattr(part, method), counts, part.name)})

    def _wrap_model(self, model_type: str, handler: ModelHandler) -> ModelHandler:
        async def record(runtime: IAgentRuntime, params: dict[str, Any]) -> Any:
            prompt = str(params.get("prompt", params.get("text", "")))
            template = (
                _EMBEDDING
                if model_type == EMBEDDING_MODEL
                else self._answers.find(model_type, prompt)[0]
            )
            self._model_calls[model_type, template] += 1
            self._prompt_chars[model_type, template] += len(prompt)
            if model_type != EMBEDDING_MODEL:
                self.prompted.note(prompt)
            self.rest.note_model(embedding=model_type == EMBEDDING_MODEL)
            return await handler(runtime, params)

        return record

    def _wrap_noting(self, method: Method, name: str) -> Method:
        async def note(*arguments: Any, **named: Any) -> Any:
            self.rest.note_database(name)
            return await method(*arguments, **named)

        return note

    def _wrap_limited(self, read: Method) -> Method:
        async def note(*arguments: Any, **named: Any) -> Any:
            found = await read(*arguments, **named)
            self.limits.note(arguments, named, found)
            return found

        return note

    def _wrap_get_memories(self, get_memories: Method) -> Method:
        async def note(*arguments: Any, **named: Any) -> list[dict[str, Any]]:
            memories: list[dict[str, Any]] = await get_memories(*arguments, **named)
            self.memories_read += len(memories)
            self.memory_ids.update(read_field(memory, "id", "id") for memory in memories)
            return memories

        return note


def _wrap_counting(method: Method, counts: Counter[str], name: str) -> Method:
    async def count(*arguments: Any, **named: Any) -> Any:
        counts[name] += 1
        return await method(*arguments, **named)

    return count
