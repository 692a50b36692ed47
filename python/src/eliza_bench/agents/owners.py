"""Says which plugin a part of an agent belongs to, and for whom something runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from eliza_bench.agent_records import Part, PartKind
from eliza_bench.framework import AgentRuntime


class Owner(NamedTuple):
    """`kind` and `name` are None for a plugin's work in none of its parts."""

    plugin: str | None
    kind: PartKind | None = None
    name: str = ""

    @property
    def part(self) -> Part | None:
        return None if self.kind is None else {"kind": self.kind, "name": self.name}


FRAMEWORK = Owner(None)
"""What no plugin does."""


@dataclass(eq=False)
class MessageTexts:
    """What one message's providers have said so far."""

    texts: dict[Owner, str] = field(default_factory=dict)


class Running(NamedTuple):
    """For whom something runs, and the message that it belongs to. None: to none."""

    owner: Owner
    message: MessageTexts | None


_NOTHING = Running(FRAMEWORK, None)
# What is called, and every task that it starts, finds here for whom it runs.
_running: ContextVar[Running] = ContextVar("running", default=_NOTHING)


def running_now() -> Running:
    return _running.get()


@contextmanager
def run_for(owner: Owner) -> Iterator[None]:
    """Surrounds what is done for an owner, in the same message."""
    token = _running.set(Running(owner, _running.get().message))
    try:
        yield
    finally:
        _running.reset(token)


@contextmanager
def run_for_message() -> Iterator[None]:
    """Surrounds a message: everything that it starts belongs to it."""
    token = _running.set(Running(FRAMEWORK, MessageTexts()))
    try:
        yield
    finally:
        _running.reset(token)


class Owners:
    def __init__(self) -> None:
        # The part itself is kept, so that no other object gets its id.
        self._plugins: dict[int, tuple[object, str]] = {}

    def hear_registrations(self, runtime: AgentRuntime) -> None:
        """Notes who registers what, also while the agent runs."""
        self._hear(runtime, "register_provider", runtime.providers)
        self._hear(runtime, "register_action", runtime.actions)
        self._hear(runtime, "register_evaluator", runtime.evaluators)
        methods: Any = runtime
        register_event = methods.register_event

        def register(event: str, handler: Any) -> None:
            register_event(event, handler)
            self._note(handler)

        methods.register_event = register

    def owner_of(self, part: object, kind: PartKind, name: str) -> Owner:
        known = self._plugins.get(id(part))
        return Owner(known[1] if known else None, kind, name)

    def _hear(self, runtime: AgentRuntime, method: str, parts: list[Any]) -> None:
        registering = getattr(runtime, method)

        def register(*arguments: Any, **named: Any) -> None:
            registering(*arguments, **named)
            # The framework may have registered a copy.
            self._note(parts[-1])

        setattr(runtime, method, register)

    def _note(self, part: object) -> None:
        plugin = running_now().owner.plugin
        if plugin is not None:
            self._plugins[id(part)] = (part, plugin)
