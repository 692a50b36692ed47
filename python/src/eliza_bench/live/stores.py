"""The stores that an agent keeps for as long as it lives.

They are the collections of its database, and the containers of its runtime that were empty when the
agent was ready. What held something then are plugins, providers and the like: no message needs them
anew.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from eliza_bench.databases.database import Adapter, Database
from eliza_bench.framework import AgentRuntime

_DATABASE = "adapter."

Container = dict[object, object] | list[object] | set[object] | deque[object]
Holder = tuple[AgentRuntime, Adapter]


class Stores:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._registries: frozenset[str] | None = None
        self._found: dict[str, None] = {}
        """Stores that have ever held something. An emptied one stays known."""

    def note_ready(self, runtime: AgentRuntime) -> None:
        """Notes what an agent without messages holds. All agents of a process are made alike."""
        if self._registries is None:
            self._registries = frozenset(name for name, held in _list_containers(runtime) if held)

    async def count(self, holders: Iterable[Holder]) -> dict[str, int]:
        """Counts the records of each store over all agents."""
        totals = dict.fromkeys(self._found, 0)
        for runtime, adapter in holders:
            held = {name: len(container) for name, container in self._list_stores(runtime)}
            in_database = await self._database.count_records(adapter)
            held |= {f"{_DATABASE}{name}": records for name, records in in_database.items()}
            for name, records in held.items():
                if records:
                    totals[name] = totals.get(name, 0) + records
        self._found |= dict.fromkeys(totals)
        return totals

    async def empty(self, holders: Iterable[Holder], name: str) -> bool:
        """Returns False if no store of this name was ever counted."""
        if name not in self._found:
            return False
        for runtime, adapter in holders:
            if name.startswith(_DATABASE):
                await self._database.empty(adapter, name.removeprefix(_DATABASE))
            for found, container in self._list_stores(runtime):
                if found == name:
                    container.clear()
        return True

    def _list_stores(self, runtime: AgentRuntime) -> Iterator[tuple[str, Container]]:
        for name, container in _list_containers(runtime):
            if name not in (self._registries or ()):
                yield name, container


def _list_containers(runtime: AgentRuntime) -> Iterator[tuple[str, Container]]:
    """Lists the containers of the runtime, and of the framework's objects that it holds."""
    for name, value in vars(runtime).items():
        if isinstance(value, dict | list | set | deque):
            yield f"runtime.{name}", value
        elif type(value).__module__.partition(".")[0] == "elizaos":
            for inner, part in getattr(value, "__dict__", {}).items():
                if isinstance(part, dict | list | set | deque):
                    yield f"runtime.{name}.{inner}", part
