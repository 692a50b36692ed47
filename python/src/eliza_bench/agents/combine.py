"""Makes one instrument of several. The first one is next to the framework."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from eliza_bench.agent import Agent
from eliza_bench.agent_records import OwnerTime
from eliza_bench.agents.load import LoadedAgent
from eliza_bench.framework import AgentRuntime, Plugin
from eliza_bench.instrument import Callback, Instrument
from eliza_bench.measurement import Stage
from eliza_bench.mock_llm_plugin import ModelHandler


class Combined(Instrument):
    def __init__(self, *instruments: Instrument) -> None:
        self._instruments = instruments

    def wrap_models(self, handlers: dict[str, ModelHandler]) -> dict[str, ModelHandler]:
        for one in self._instruments:
            handlers = one.wrap_models(handlers)
        return handlers

    def prepare(self, runtime: AgentRuntime, own: LoadedAgent, mock: Plugin) -> None:
        for one in self._instruments:
            one.prepare(runtime, own, mock)

    def attach(self, agent: Agent) -> None:
        for one in self._instruments:
            one.attach(agent)

    def wrap_callback(self, callback: Callback) -> Callback:
        for one in self._instruments:
            callback = one.wrap_callback(callback)
        return callback

    @contextmanager
    def listen(self) -> Iterator[None]:
        with ExitStack() as stack:
            for one in self._instruments:
                stack.enter_context(one.listen())
            yield

    def stages(self, messages: Sequence[tuple[int, int]]) -> list[Stage] | None:
        found = [one.stages(messages) for one in self._instruments]
        return next((stages for stages in found if stages is not None), None)

    def owners(self, messages: Sequence[tuple[int, int]]) -> list[OwnerTime] | None:
        found = [one.owners(messages) for one in self._instruments]
        return next((owners for owners in found if owners is not None), None)
