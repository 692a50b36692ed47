"""Times what each plugin and each of its parts takes of an observed iteration's messages."""

import inspect
from collections.abc import Sequence

from eliza_bench.agent import Agent
from eliza_bench.agent_records import OwnerTime
from eliza_bench.agents.load import LoadedAgent
from eliza_bench.agents.owners import FRAMEWORK, Owner, Owners
from eliza_bench.agents.parts import Doing, Method, wrap_parts, wrap_service
from eliza_bench.agents.starts import PluginStarts, StartListener
from eliza_bench.framework import AgentRuntime, Plugin
from eliza_bench.instrument import Instrument
from eliza_bench.self_times import SelfTimes
from eliza_bench.spans import GrowingSpans


class OwnerObserver(Instrument, StartListener):
    def __init__(self) -> None:
        self._spans = GrowingSpans()
        self._owners = Owners()
        self._labels: list[Owner] = []
        self._starts = PluginStarts(self)

    def prepare(self, runtime: AgentRuntime, own: LoadedAgent, mock: Plugin) -> None:
        self._owners.hear_registrations(runtime)
        self._starts.watch(runtime, own.plugins, mock)

    def started(self, plugin: str, service: str, instance: object) -> None:
        wrap_service(plugin, service, instance, self._wrap)

    def attach(self, agent: Agent) -> None:
        wrap_parts(agent.runtime, self._owners, self._wrap)

    def owners(self, messages: Sequence[tuple[int, int]]) -> list[OwnerTime]:
        times = SelfTimes(FRAMEWORK)
        times.add(self._spans, self._labels, messages)
        return [
            {
                "plugin": owner.plugin,
                "part": owner.part,
                "calls": row.calls,
                "inclusiveNs": row.inclusive_ns,
                "selfNs": row.self_ns,
            }
            for owner, row in times.rows.items()
        ]

    def _wrap(self, owner: Owner, _doing: Doing, method: Method) -> Method:
        if owner not in self._labels:
            self._labels.append(owner)
        label = self._labels.index(owner)
        is_async = owner.kind != "service" or inspect.iscoroutinefunction(method)
        return (
            self._spans.wrap_async(method, label) if is_async else self._spans.wrap(method, label)
        )
