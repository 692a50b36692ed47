"""Wraps what an agent is put together from, with the owner of each part.

The originals stay as they are, because runtimes share them.
"""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from eliza_bench.agents.owners import Owner, Owners
from eliza_bench.framework import AgentRuntime
from eliza_bench.instrument import copy_with

if TYPE_CHECKING:
    from eliza_bench.agent_records import PartKind

Method = Callable[..., Any]
Doing = Literal["run", "validate"]
"""`validate` is asked whether a part applies; `run` is its work."""
Wrap = Callable[[Owner, Doing, Method], Method]

# The framework calls these, and no message does.
_LIFECYCLE = ("start", "stop", "register_send_handlers")


def wrap_parts(runtime: AgentRuntime, owners: Owners, wrap: Wrap) -> None:
    """Wraps providers, actions, evaluators and handlers of events of an initialized runtime."""
    for index, provider in enumerate(runtime.providers):
        owner = owners.owner_of(provider, "provider", provider.name)
        runtime.providers[index] = copy_with(provider, get=wrap(owner, "run", provider.get))
    lists: list[tuple[PartKind, list[Any]]] = [
        ("action", runtime.actions),
        ("evaluator", runtime.evaluators),
    ]
    for kind, parts in lists:
        for index, part in enumerate(parts):
            owner = owners.owner_of(part, kind, part.name)
            parts[index] = copy_with(
                part,
                validate=wrap(owner, "validate", part.validate),
                handler=wrap(owner, "run", part.handler),
            )
    for name, handlers in runtime.events.items():
        for index, handler in enumerate(handlers):
            handlers[index] = wrap(owners.owner_of(handler, "event", name), "run", handler)


def wrap_service(plugin: str, name: str, instance: object, wrap: Wrap) -> None:
    """Wraps the methods of a service that has started. What cannot be replaced stays as it is."""
    owner = Owner(plugin, "service", name)
    for method in _list_methods(type(instance)):
        try:
            setattr(instance, method, wrap(owner, "run", getattr(instance, method)))
        except (AttributeError, TypeError):
            continue


def _list_methods(kind: type) -> list[str]:
    found = inspect.getmembers_static(kind, inspect.isfunction)
    return [name for name, _ in found if not name.startswith("_") and name not in _LIFECYCLE]
