"""Runs the real framework in this process, with parts that take a known time.

The parts are added where a plugin or an adapter would add them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from eliza_bench import mock_llm_plugin
from eliza_bench.cell import Cell, Session
from eliza_bench.clocks import now_ns
from eliza_bench.contract import Contract, Scenario
from eliza_bench.databases.in_memory import InMemory
from eliza_bench.framework import Action, ActionResult, Provider, ProviderResult
from eliza_bench.iteration import SenderFor, framework_sender

SPIN_NS = 5_000_000


class Spins:
    """Spins that take at least SPIN_NS. On a busy machine they take more: `taken` says how long."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    def spin(self) -> None:
        started = now_ns()
        while now_ns() - started < SPIN_NS:
            pass
        self.taken.append(now_ns() - started)

    def total(self) -> int:
        return sum(self.taken)

    def before(self, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def spinning(*arguments: Any, **named: Any) -> Any:
            self.spin()
            return await method(*arguments, **named)

        return spinning


def make_cell(
    contract: Contract, scenario: Scenario, sender_for: SenderFor = framework_sender
) -> Cell:
    return Cell(Session(contract, InMemory(), sender_for, 0, None), scenario)


def iterate(cell: Cell, *phases: str) -> list[Any]:
    """Runs iterations of these phases and returns their records."""

    async def run() -> None:
        for phase in phases:
            await cell.iterate(phase)  # type: ignore[arg-type]

    before = len(cell.measurement["iterations"])
    asyncio.run(run())
    return list(cell.measurement["iterations"][before:])


def add_parts(monkeypatch: pytest.MonkeyPatch, **parts: list[Any]) -> None:
    """Adds providers, actions or evaluators to the benchmark's plugin."""
    real = mock_llm_plugin.Mock.make_plugin

    def plugin(*arguments: Any) -> Any:
        made = real(*arguments)
        for kind, added in parts.items():
            setattr(made, kind, [*(getattr(made, kind) or []), *added])
        return made

    monkeypatch.setattr(mock_llm_plugin.Mock, "make_plugin", plugin)


def make_spinning_provider(spins: Spins) -> Provider:
    async def get(*_: Any) -> ProviderResult:
        spins.spin()
        return ProviderResult(text="spun")

    return Provider(name="SPINNING", description="Spins", get=get)


def make_spinning_evaluator(spins: Spins) -> object:
    async def validate(*_: Any) -> bool:
        return True

    async def handle(*_: Any) -> None:
        spins.spin()

    from elizaos.types import Evaluator

    return Evaluator(
        name="SPINNING", description="Spins", examples=[], validate=validate, handler=handle
    )


def make_spinning_action(spins: Spins, name: str) -> Action:
    async def validate(*_: Any) -> bool:
        return True

    async def handle(*_: Any) -> ActionResult:
        spins.spin()
        return ActionResult(success=True)

    return Action(name=name, description="Spins", validate=validate, handler=handle)


def use_spinning_database(monkeypatch: pytest.MonkeyPatch, method: str, spins: Spins) -> None:
    real = InMemory.make_adapter

    def make_adapter(database: InMemory, agent_id: str) -> Any:
        adapter = real(database, agent_id)
        setattr(adapter, method, spins.before(getattr(adapter, method)))
        return adapter

    monkeypatch.setattr(InMemory, "make_adapter", make_adapter)
