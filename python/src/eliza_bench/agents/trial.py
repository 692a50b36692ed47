"""Tries a user's agent: its plugins are imported and started, and one message is sent.

What each is doing is told beforehand, so that whoever listens can name the one that ended the
process or never came back.
"""

import asyncio
import functools
import inspect
import os
import traceback
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, NoReturn

from eliza_bench.agent import Agent
from eliza_bench.agent_records import PluginFailure, PluginPhase
from eliza_bench.agents.load import ImportListener, LoadedAgent, describe_failure
from eliza_bench.agents.owners import Owner, Owners, run_for, running_now
from eliza_bench.agents.parts import Doing, Method, wrap_parts, wrap_service
from eliza_bench.agents.plugin_export import list_modules
from eliza_bench.agents.starts import PluginStarts, StartListener
from eliza_bench.failure import FrameworkError
from eliza_bench.framework import AgentRuntime, Plugin
from eliza_bench.instrument import Instrument
from eliza_bench.iteration import Iteration
from eliza_bench.protocol import Events

_INIT_LIMIT_S = 10
"""A plugin whose `init` takes longer is not waited for."""
_REST_S = 0.5
"""What a start or a message has left behind goes wrong within so long."""

OpenIteration = Callable[[Instrument], Awaitable[Iteration]]

_exit_at_once = os._exit


class Trial(Instrument, ImportListener, StartListener):
    def __init__(self, events: Events) -> None:
        self._events = events
        self._owners = Owners()
        self._starts = PluginStarts(self)
        self._modules: dict[str, str] = {}
        """Whose a module is. The framework's own plugins have none here."""
        self._importing: str | None = None
        self._open: list[str] = []
        """Plugins whose registration has not ended."""
        self._raised: dict[int, tuple[BaseException, str]] = {}
        """Of what parts have raised, whose it was."""
        os._exit = self._catch_exit

    async def run(self, open_iteration: OpenIteration) -> None:
        limit = asyncio.get_running_loop().call_later(_INIT_LIMIT_S, self._give_up)
        try:
            iteration = await open_iteration(self)
            limit.cancel()
            await asyncio.sleep(_REST_S)
            await iteration.run()
            await asyncio.sleep(_REST_S)
        except FrameworkError as error:
            self.blame(error.cause, "message")
        finally:
            limit.cancel()

    def finish(self) -> None:
        self._events.send_trial({"event": "tried"})
        os._exit = _exit_at_once

    def blame(self, error: BaseException, phase: PluginPhase) -> None:
        """Tells an error, and whose it is. None: it is the framework's own."""
        if self._is_told(error):
            return
        if isinstance(error, SystemExit):
            phase = "exit"
            error = RuntimeError(
                f"it ended the process with status {error.code or 0}"
            ).with_traceback(error.__traceback__)
        self._tell(self._whose(error), describe_failure(error, phase))

    def importing(self, name: str) -> None:
        self._importing = name
        self._events.send_trial({"event": "doing", "plugin": name, "phase": "import"})

    def imported(self, name: str, failure: PluginFailure | None) -> None:
        self._importing = None
        if failure:
            self._tell(name, failure)
        else:
            self._modules.update(dict.fromkeys(list_modules(name), name))
        self._events.send_trial({"event": "done", "plugin": name, "phase": "import"})

    def starting(self, plugin: str, service: str | None) -> None:
        if service is None:
            self._open.append(plugin)
        self._events.send_trial({"event": "doing", "plugin": plugin, "phase": _phase(service)})

    def ended(self, plugin: str, service: str | None) -> None:
        if service is None:
            self._open.remove(plugin)
        self._events.send_trial({"event": "done", "plugin": plugin, "phase": _phase(service)})

    def started(self, plugin: str, service: str, instance: object) -> None:
        wrap_service(plugin, service, instance, self._follow)

    def failed(self, plugin: str, failure: PluginFailure) -> None:
        self._tell(plugin, failure)

    def prepare(self, runtime: AgentRuntime, own: LoadedAgent, mock: Plugin) -> None:
        self._owners.hear_registrations(runtime)
        self._starts.watch(runtime, own.plugins, mock)

    def attach(self, agent: Agent) -> None:
        wrap_parts(agent.runtime, self._owners, self._follow)

    def _follow(self, owner: Owner, _doing: Doing, method: Method) -> Method:
        """Notes whose error it is, and changes nothing about it."""
        if owner.kind == "service" and not inspect.iscoroutinefunction(method):

            @functools.wraps(method)
            def call(*arguments: Any, **named: Any) -> Any:
                with run_for(owner):
                    try:
                        return method(*arguments, **named)
                    except Exception as error:
                        self._note(owner, error)
                        raise

            return call

        @functools.wraps(method)
        async def run(*arguments: Any, **named: Any) -> Any:
            with run_for(owner):
                try:
                    return await method(*arguments, **named)
                except Exception as error:
                    self._note(owner, error)
                    raise

        return run

    def _note(self, owner: Owner, error: Exception) -> None:
        if owner.plugin in self._modules.values():
            self._raised.setdefault(id(error), (error, str(owner.plugin)))

    def _give_up(self) -> None:
        """The event loop turns, so whatever waits is not blocked, but never ends."""
        for plugin in self._open:
            self._tell(
                plugin,
                {
                    "phase": "init",
                    "type": "Timeout",
                    "message": f"its init had not ended after {_INIT_LIMIT_S} s",
                    "stack": "",
                },
            )
        _exit_at_once(0)

    def _catch_exit(self, status: int) -> NoReturn:
        """A plugin that ends the process is named by the frames that have called this."""
        error = RuntimeError(f"it ended the process with status {status}")
        plugin = self._importing or running_now().owner.plugin
        for frame, _ in traceback.walk_stack(inspect.currentframe()):
            plugin = plugin or self._modules.get(_top(frame.f_globals))
        self._tell(plugin, describe_failure(error, "exit"))
        _exit_at_once(0)

    def _is_told(self, error: BaseException) -> bool:
        """The framework passes on what a start has raised, in words of its own."""
        told = [row["failure"]["message"] for row in self._starts.rows if row["failure"]]
        return any(message in str(error) for message in told)

    def _whose(self, error: BaseException) -> str | None:
        for one in _chain(error):
            if id(one) in self._raised:
                return self._raised[id(one)][1]
        modules = [top for one in _chain(error) for top in _modules_of(one.__traceback__)]
        return next(
            (self._modules[top] for top in modules if top in self._modules), self._importing
        )

    def _tell(self, plugin: str | None, failure: PluginFailure) -> None:
        self._events.send_trial({"event": "failed", "plugin": plugin, "failure": failure})


def _phase(service: str | None) -> str:
    return "init" if service is None else "service"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Goes from an error to what it was raised from."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _modules_of(trace: TracebackType | None) -> list[str]:
    """Lists the packages that an error has passed, the innermost first."""
    return [_top(frame.f_globals) for frame, _ in traceback.walk_tb(trace)][::-1]


def _top(names: dict[str, Any]) -> str:
    return str(names.get("__name__", "")).partition(".")[0]
