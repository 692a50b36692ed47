"""Times the start of each plugin of an agent, and nothing else."""

from eliza_bench.agent_records import PluginStart
from eliza_bench.agents.load import LoadedAgent
from eliza_bench.agents.starts import PluginStarts
from eliza_bench.framework import AgentRuntime, Plugin
from eliza_bench.instrument import Instrument


class StartWatch(Instrument):
    def __init__(self) -> None:
        self._starts = PluginStarts()

    @property
    def rows(self) -> list[PluginStart]:
        return self._starts.rows

    def prepare(self, runtime: AgentRuntime, own: LoadedAgent, mock: Plugin) -> None:
        self._starts.watch(runtime, own.plugins, mock)
