"""PostgreSQL, by the ecosystem's own adapter and the harness's bridge to it."""

import asyncio
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

# The adapter's pool keeps so many connections.
_POOLED = 5


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
        await self._add_rooms(
            adapter,
            [make_room(key, f"room-{number}", fixtures) for number, key in enumerate(keys)],
        )
        snapshot = Snapshot.of_records(count, rooms)
        await self._store(adapter, make_records(count, rooms, fixtures), snapshot)

    async def add_users(self, adapter: PostgresBridge, contract: Contract, users: range) -> None:
        fixtures, name = contract.fixtures, contract.character.name
        agent, world = fixtures.agent_id, fixtures.world_id
        # Foreign keys need this order.
        if await adapter.get_agent(agent) is None:
            _require(await adapter.create_agent(Record(id=agent, name=name)), "create_agent")
        if await adapter.get_world(world) is None:
            await adapter.create_world(make_world(fixtures, 0))
        rooms = [
            make_room(room_id(fixtures, number), f"room-{number}", fixtures) for number in users
        ]
        there = await self._add_rooms(adapter, rooms)
        entities = [
            make_entity(agent, name, fixtures),
            *(
                make_entity(entity_id(fixtures, number), f"user-{number}", fixtures)
                for number in users
            ),
        ]
        await self._add_entities(adapter, entities)

        async def join(number: int) -> None:
            room = room_id(fixtures, number)
            present = await adapter.get_participants_for_room(room) if room in there else []
            joining = [key for key in (agent, entity_id(fixtures, number)) if key not in present]
            _require(await adapter.add_participants_room(joining, room), "add_participants_room")

        for first in range(users.start, users.stop, _POOLED):
            await asyncio.gather(*map(join, users[first - users.start :][:_POOLED]))

    async def add_history(
        self, adapter: PostgresBridge, fixtures: Fixtures, numbers: range, users: int
    ) -> None:
        memories = make_history(numbers.stop, fixtures, users, numbers.start)
        if not await adapter.get_memories({"count": 1}):
            snapshot = Snapshot.of_spread_history(len(numbers), users, fixtures.agent_id)
            await self._store(adapter, memories, snapshot)
            return
        for memory in memories:
            await adapter.create_memory(memory, MESSAGES_TABLE)

    async def count_records(self, adapter: PostgresBridge) -> dict[str, int]:  # noqa: ARG002
        # What the server keeps is no part of the process.
        return {}

    async def empty(self, adapter: PostgresBridge, store: str) -> None:
        pass

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

    async def _add_rooms(self, adapter: PostgresBridge, rooms: list[Record]) -> set[str]:
        """Stores the rooms that are not there. Returns the ids of the others."""
        found = await adapter.get_rooms_by_ids([room["id"] for room in rooms]) or []
        there = {room["id"] for room in found}
        await adapter.create_rooms([room for room in rooms if room["id"] not in there])
        return there

    async def _add_entities(self, adapter: PostgresBridge, entities: list[Record]) -> None:
        """Stores the entities that are not there."""
        found = await adapter.get_entities_by_ids([entity["id"] for entity in entities]) or []
        there = {entity["id"] for entity in found}
        new = [entity for entity in entities if entity["id"] not in there]
        _require(await adapter.create_entities(new), "create_entities")

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
