"""PostgreSQL, by the ecosystem's own adapter and the harness's bridge to it."""

from collections.abc import Iterable
from importlib import metadata
from typing import Any

from eliza_bench.contract import Contract, Fixtures
from eliza_bench.database_setup import (
    list_participants,
    make_entity,
    make_history,
    make_members,
    make_records,
    make_room,
    make_world,
)
from eliza_bench.databases.backends import Backends
from eliza_bench.databases.database import Database, Moment
from eliza_bench.databases.postgres_bridge import PostgresBridge
from eliza_bench.databases.postgres_url import make_framework_url
from eliza_bench.databases.records import MESSAGES_TABLE, Record
from eliza_bench.databases.server import Server
from eliza_bench.databases.snapshots import Snapshot
from eliza_bench.failure import FrameworkError
from eliza_bench.messages import MessagePlan, entity_id, room_id


class RefusedError(Exception):
    """The adapter has swallowed an error and returned False."""


class Postgres(Database):
    outlives_the_runtime = True

    def __init__(self, server: Server, url: str) -> None:
        self._server = server
        self._url = make_framework_url(url)

    @classmethod
    async def open(cls, url: str) -> "Postgres":
        """Raises InputError if there is no such database."""
        return cls(await Server.connect(url), url)

    def describe(self) -> str:
        plugin = f"elizaos-plugin-sql {metadata.version('elizaos-plugin-sql')}"
        return f"{plugin} through the harness's bridge on PostgreSQL {self._server.version}"

    def make_adapter(self, agent_id: str) -> PostgresBridge:
        # Its pool keeps a connection until the adapter closes, however long the process is frozen:
        # no message after that has to pay for a new one.
        return PostgresBridge(self._url, agent_id)

    async def clear(self) -> None:
        await self._server.clear()

    async def seed(
        self, adapter: PostgresBridge, contract: Contract, plan: MessagePlan, history: int
    ) -> None:
        fixtures, character = contract.fixtures, contract.character
        agent = fixtures.agent_id
        # Foreign keys need this order.
        _require(await adapter.create_agent(Record(id=agent, name=character.name)), "create_agent")
        await adapter.create_world(make_world(fixtures, plan.members))
        await adapter.create_rooms(
            [
                make_room(room_id(fixtures, number), plan.rooms[number], fixtures)
                for number in plan.participants
            ]
        )
        users = [
            make_entity(entity_id(fixtures, number), name, fixtures)
            for number, name in enumerate(plan.entities)
        ]
        _require(
            await adapter.create_entities(
                [
                    make_entity(agent, character.name, fixtures),
                    *users,
                    *make_members(plan.members, fixtures),
                ]
            ),
            "create_entities",
        )
        for number in plan.participants:
            ids = list_participants(plan, number, fixtures)
            _require(
                await adapter.add_participants_room(ids, room_id(fixtures, number)),
                "add_participants_room",
            )
        await self._store(adapter, make_history(history, fixtures), Snapshot.of_history(history))

    async def seed_records(
        self, adapter: PostgresBridge, fixtures: Fixtures, count: int, rooms: int
    ) -> None:
        # A memory's room must exist. The messages have named some of them.
        keys = [room_id(fixtures, number) for number in range(rooms)]
        there = {room["id"] for room in await adapter.get_rooms_by_ids(keys) or []}
        await adapter.create_rooms(
            [
                make_room(key, f"room-{number}", fixtures)
                for number, key in enumerate(keys)
                if key not in there
            ]
        )
        snapshot = Snapshot.of_records(count, rooms)
        await self._store(adapter, make_records(count, rooms, fixtures), snapshot)

    async def read_stored_messages(self, adapter: PostgresBridge) -> list[dict[str, Any]]:
        # The adapter keeps no type of a memory: there are none but messages. The class's method is
        # not counted, the instance's may be.
        records: list[dict[str, Any]] = await type(adapter).get_memories(adapter, {})
        return records

    async def count_present(self, adapter: PostgresBridge, ids: list[str]) -> int:
        return len(await type(adapter).get_memories_by_ids(adapter, ids)) if ids else 0

    async def mark(self, moment: Moment) -> None:
        await self._server.mark(moment)

    async def read_backends(self) -> Backends:
        return await self._server.read_backends()

    async def settle(self) -> int:
        return await self._server.settle()

    async def close(self) -> None:
        await self._server.close()

    async def _store(
        self, adapter: PostgresBridge, memories: Iterable[Record], snapshot: Snapshot
    ) -> None:
        """Stores memories in a database that has none, one by one the first time only."""
        if snapshot.rows == 0:
            return
        if await self._server.holds(snapshot):
            await self._server.restore(snapshot)
            return
        for memory in memories:
            await adapter.create_memory(memory, MESSAGES_TABLE)
        await self._server.keep(snapshot)


def _require(done: bool, method: str) -> None:
    if not done:
        raise FrameworkError(RefusedError(f"{method} returned False, and does not say why"))
