"""The ecosystem's own in-memory database."""

import uuid
from importlib import metadata
from typing import Any

from elizaos_plugin_inmemorydb.adapter import InMemoryDatabaseAdapter
from elizaos_plugin_inmemorydb.storage import MemoryStorage
from elizaos_plugin_inmemorydb.types import COLLECTIONS

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
from eliza_bench.databases.database import Database, Moment
from eliza_bench.databases.records import MESSAGES_TABLE
from eliza_bench.messages import MessagePlan, entity_id, room_id

_COLLECTIONS = [name for key, name in vars(COLLECTIONS).items() if key.isupper()]


class InMemory(Database):
    outlives_the_runtime = False

    def describe(self) -> str:
        return metadata.version("elizaos-plugin-inmemorydb")

    def make_adapter(self, agent_id: str) -> InMemoryDatabaseAdapter:
        """Makes an adapter with its own storage.

        The plugin's factory would share one storage among all runtimes.
        """
        return InMemoryDatabaseAdapter(MemoryStorage(), agent_id)

    async def seed(
        self,
        adapter: InMemoryDatabaseAdapter,
        contract: Contract,
        plan: MessagePlan,
        history: int,
    ) -> None:
        fixtures, store = contract.fixtures, adapter.db
        agent = fixtures.agent_id
        await store.set(COLLECTIONS.WORLDS, fixtures.world_id, make_world(fixtures, plan.members))
        await store.set(
            COLLECTIONS.ENTITIES, agent, make_entity(agent, contract.character.name, fixtures)
        )
        for number, name in enumerate(plan.entities):
            key = entity_id(fixtures, number)
            await store.set(COLLECTIONS.ENTITIES, key, make_entity(key, name, fixtures))
        for member in make_members(plan.members, fixtures):
            await store.set(COLLECTIONS.ENTITIES, member["id"], member)
        for number in plan.participants:
            key = room_id(fixtures, number)
            await store.set(COLLECTIONS.ROOMS, key, make_room(key, plan.rooms[number], fixtures))
            await adapter.add_participants_room(list_participants(plan, number, fixtures), key)
        for record in make_history(history, fixtures):
            await store.set(COLLECTIONS.MEMORIES, record["id"], record)

    async def seed_records(
        self, adapter: InMemoryDatabaseAdapter, fixtures: Fixtures, count: int, rooms: int
    ) -> None:
        for record in make_records(count, rooms, fixtures):
            await adapter.db.set(COLLECTIONS.MEMORIES, record["id"], record)

    async def add_users(
        self, adapter: InMemoryDatabaseAdapter, contract: Contract, users: range
    ) -> None:
        fixtures, store = contract.fixtures, adapter.db
        agent = fixtures.agent_id
        await store.set(COLLECTIONS.WORLDS, fixtures.world_id, make_world(fixtures, 0))
        await store.set(
            COLLECTIONS.ENTITIES, agent, make_entity(agent, contract.character.name, fixtures)
        )
        for number in users:
            user, room = entity_id(fixtures, number), room_id(fixtures, number)
            await store.set(
                COLLECTIONS.ENTITIES, user, make_entity(user, f"user-{number}", fixtures)
            )
            await store.set(COLLECTIONS.ROOMS, room, make_room(room, f"room-{number}", fixtures))
            # The adapter's own method looks at all participants for each that it adds.
            for entity in (agent, user):
                key = str(uuid.uuid4())
                participant = {"id": key, "entityId": entity, "roomId": room}
                await store.set(COLLECTIONS.PARTICIPANTS, key, participant)

    async def add_history(
        self, adapter: InMemoryDatabaseAdapter, fixtures: Fixtures, numbers: range, users: int
    ) -> None:
        for record in make_history(numbers.stop, fixtures, users, numbers.start):
            await adapter.db.set(COLLECTIONS.MEMORIES, record["id"], record)

    async def count_records(self, adapter: InMemoryDatabaseAdapter) -> dict[str, int]:
        return {name: await adapter.db.count(name) for name in _COLLECTIONS}

    async def empty(self, adapter: InMemoryDatabaseAdapter, store: str) -> None:
        await adapter.db.delete_where(store, lambda _: True)

    async def read_stored_messages(self, adapter: InMemoryDatabaseAdapter) -> list[dict[str, Any]]:
        # The storage is read itself, because no wrapper counts its calls.
        records: list[dict[str, Any]] = await adapter.db.get_all(COLLECTIONS.MEMORIES)
        return [record for record in records if record["metadata"]["type"] == MESSAGES_TABLE]

    async def count_present(self, adapter: InMemoryDatabaseAdapter, ids: list[str]) -> int:
        found = [await adapter.db.get(COLLECTIONS.MEMORIES, key) is not None for key in ids]
        return sum(found)

    # An adapter has a storage of its own, and all of it is part of the process.

    async def clear(self) -> None:
        pass

    async def mark(self, moment: Moment) -> None:
        pass

    async def read_backends(self) -> None:
        return None

    async def settle(self) -> None:
        return None

    async def close(self) -> None:
        pass
