"""The observer of an observed iteration: it wraps the calls of one agent that are stages."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from eliza_bench.agent import Agent
from eliza_bench.collector import unnoticed
from eliza_bench.framework_differences import find_stages
from eliza_bench.instrument import Callback, Instrument, copy_with
from eliza_bench.measurement import Stage, StageName
from eliza_bench.module_functions import (
    Replacement,
    find_function,
    find_holders,
    observe_whole_values,
    replace_functions,
)
from eliza_bench.spans import GrowingSpans, Spans
from eliza_bench.stages import Label, sum_stages

# An action that asks the model renders its prompt by this.
_RENDERING = "compose_prompt_from_state"
_CREATING = ["create_memory"]
_READING = ["get_memories", "get_memory_by_id", "get_memories_by_ids", "search_memories"]

_TO_DICT = ("google.protobuf.json_format", "MessageToDict")
# The framework finds it there for states and messages: the runtime and the adapter import it with
# each call. The ACTIONS provider has its own import, for examples of actions.
_DUMPING_MODULES = ["google.protobuf.json_format", "elizaos.utils"]
# Every value that is stored in a protobuf Struct goes through it.
_TO_STRUCT = ("google.protobuf.internal.well_known_types", "_SetStructValue")
_PARSE = ("elizaos.bootstrap.utils.xml", "parse_key_value_xml")

# The room for one message's spans: its own calls, and each provider with its reads and conversions,
# as often as a message runs it.
_SPANS_PER_MESSAGE = 256
_SPANS_PER_PROVIDER = 8


class Observer(Instrument):
    """Observes one iteration whose messages follow one another."""

    def __init__(self, messages: int, *, bounded: bool = True) -> None:
        """Nobody knows how much the plugins of a user's agent do: its spans are not `bounded`."""
        self._messages = messages
        self._bounded = bounded
        self._labels: list[Label] = []
        self._replacements: list[Replacement] = []
        self._spans = Spans(0)

    def attach(self, agent: Agent) -> None:
        # The framework imports its message service with the first message. No module may be
        # imported while its functions are replaced.
        _ = agent.runtime.message_service
        with unnoticed:
            self._wrap(agent)
            self._replacements = self._replace_functions()

    def wrap_callback(self, callback: Callback) -> Callback:
        with unnoticed:
            return self._spans.wrap_async(callback, self._label("callback"))

    def listen(self) -> AbstractContextManager[None]:
        return replace_functions(self._replacements)

    def stages(self, messages: Sequence[tuple[int, int]]) -> list[Stage]:
        return sum_stages(self._spans, self._labels, messages)

    def _wrap(self, agent: Agent) -> None:
        runtime, adapter = agent.runtime, agent.adapter
        room = _SPANS_PER_MESSAGE + _SPANS_PER_PROVIDER * len(runtime.providers)
        self._spans = Spans(self._messages * room) if self._bounded else GrowingSpans()
        for name, stage in find_stages(runtime):
            self._wrap_method(runtime, name, stage)
        rendering = getattr(runtime, _RENDERING)
        setattr(runtime, _RENDERING, self._spans.wrap(rendering, self._label("prompt")))
        for name in _CREATING:
            self._wrap_method(adapter, name, "memory_create")
        for name in _READING:
            self._wrap_method(adapter, name, "memory_get")
        # Every runtime of the process shares the providers, actions and evaluators: this one gets
        # copies.
        runtime.providers[:] = [
            self._wrap_part(part, "get", "provider") for part in runtime.providers
        ]
        runtime.actions[:] = [
            self._wrap_part(part, "handler", "action") for part in runtime.actions
        ]
        runtime.evaluators[:] = [
            self._wrap_part(part, "handler", "evaluator") for part in runtime.evaluators
        ]

    def _replace_functions(self) -> list[Replacement]:
        to_dict, to_struct = find_function(*_TO_DICT), find_function(*_TO_STRUCT)
        parse = find_function(*_PARSE)
        serializing = self._label("state_serialization")
        observed_to_dict = self._spans.wrap(to_dict, serializing)
        observed_to_struct = observe_whole_values(
            to_struct, self._spans.wrap(to_struct, serializing)
        )
        observed_parse = self._spans.wrap(parse, self._label("prompt"))
        return [
            *((module, to_dict, observed_to_dict) for module in _DUMPING_MODULES),
            (_TO_STRUCT[0], to_struct, observed_to_struct),
            *((module, parse, observed_parse) for module in find_holders(parse, "elizaos")),
        ]

    def _wrap_part(self, part: Any, method: str, stage: StageName) -> Any:
        label = self._label(stage, part.name)
        return copy_with(part, **{method: self._spans.wrap_async(getattr(part, method), label)})

    def _wrap_method(self, owner: Any, method: str, stage: StageName) -> None:
        setattr(owner, method, self._spans.wrap_async(getattr(owner, method), self._label(stage)))

    def _label(self, stage: StageName, name: str | None = None) -> int:
        label = (stage, name)
        if label not in self._labels:
            self._labels.append(label)
        return self._labels.index(label)
