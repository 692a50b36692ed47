"""Times how each plugin starts: its `init`, and the start of its services.

Two readings of the clock around each are all that is added. The plugins' own objects stay as they
are.
"""

import functools
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from eliza_bench.agent_records import PluginFailure, PluginStart
from eliza_bench.agents.load import LoadedPlugin, describe_failure
from eliza_bench.agents.owners import Owner, run_for, running_now
from eliza_bench.clocks import now_ns
from eliza_bench.framework import AgentRuntime, Plugin


class StartListener:
    """What else happens at a start."""

    def starting(self, plugin: str, service: str | None) -> None:
        """Called before a plugin, or one of its services, is started."""

    def ended(self, plugin: str, service: str | None) -> None:
        """Called when that has ended, well or not."""

    def started(self, plugin: str, service: str, instance: object) -> None:
        """Called with a service that has started."""

    def failed(self, plugin: str, failure: PluginFailure) -> None:
        """Called when a plugin could not be registered, or has a service that does not start."""


class PluginStarts:
    def __init__(self, listener: StartListener | None = None) -> None:
        self.rows: list[PluginStart] = []
        self._listener = listener or StartListener()

    def watch(self, runtime: AgentRuntime, loaded: Sequence[LoadedPlugin], mock: Plugin) -> None:
        """Is called before the runtime is initialized. Nothing is said of the mock's plugin."""
        names = {id(plugin): name for name, plugin in loaded}
        methods: Any = runtime
        register, register_service = methods.register_plugin, methods.register_service

        async def register_watched(plugin: Plugin) -> None:
            # What a plugin registers itself is a part of it.
            if plugin is mock or running_now().owner.plugin is not None:
                await register(plugin)
                return
            name = names.get(id(plugin), plugin.name)
            row: PluginStart = {"plugin": name, "initNs": None, "services": [], "failure": None}
            self.rows.append(row)
            await self._register(row, _with_init(plugin, row), register)

        async def register_service_watched(service: Any) -> None:
            plugin = running_now().owner.plugin
            row = next((row for row in self.rows if row["plugin"] == plugin), None)
            if row is None:
                await register_service(service)
                return
            await self._start_service(row, service, runtime, register_service)

        methods.register_plugin = register_watched
        methods.register_service = register_service_watched

    async def _register(self, row: PluginStart, plugin: Plugin, register: Any) -> None:
        name = row["plugin"]
        with self._doing(name, None), run_for(Owner(name)):
            try:
                await register(plugin)
            except Exception as error:
                # The framework wraps what a plugin raises.
                own = error.__cause__ if isinstance(error.__cause__, Exception) else error
                row["failure"] = describe_failure(own, "init")
                raise
            finally:
                if row["failure"]:
                    self._listener.failed(name, row["failure"])

    async def _start_service(
        self, row: PluginStart, service: Any, runtime: AgentRuntime, register_service: Any
    ) -> None:
        name = str(getattr(service, "service_type", service.__name__))
        with self._doing(row["plugin"], name), run_for(Owner(row["plugin"], "service", name)):
            started = now_ns()
            try:
                await register_service(service)
            except Exception as error:
                row["services"].append({"name": name, "startNs": None})
                row["failure"] = describe_failure(error, "service")
                raise
            row["services"].append({"name": name, "startNs": now_ns() - started})
        self._listener.started(row["plugin"], name, runtime.services[name][-1])

    def _doing(self, plugin: str, service: str | None) -> ExitStack:
        self._listener.starting(plugin, service)
        stack = ExitStack()
        stack.callback(self._listener.ended, plugin, service)
        return stack


def _with_init(plugin: Plugin, row: PluginStart) -> Plugin:
    init = plugin.init
    if init is None:
        return plugin

    # The framework looks at the signature.
    @functools.wraps(init)
    async def timed(*arguments: Any, **named: Any) -> None:
        started = now_ns()
        await init(*arguments, **named)
        row["initNs"] = now_ns() - started

    return plugin.model_copy(update={"init": timed})
