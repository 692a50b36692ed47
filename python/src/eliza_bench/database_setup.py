"""Constructs the ecosystem's own in-memory database, seeds it and reads it back."""

import time
from typing import Any

from eliza_bench.contract import Contract, Fixtures
from eliza_bench.framework import (
    COLLECTIONS,
    Content,
    InMemoryDatabaseAdapter,
    Memory,
    MemoryStorage,
)
from eliza_bench.messages import (
    MessagePlan,
    entity_id,
    history_id,
    insert_number,
    message_id,
    record_id,
    room_id,
)

MESSAGES_TABLE = "messages"


class Record(dict[str, Any]):
    """A record that both the adapter and the framework's providers can read.

    The adapter filters records as dicts with camelCase keys. The providers read the same objects
    by snake_case attributes. Plain dicts make the providers raise, and the adapter's filters never
    find protobuf messages.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        # An object with one of these looks like a pydantic model or a protobuf message to the
        # framework.
        if name.startswith("__") or name in {"model_dump", "dict", "DESCRIPTOR"}:
            raise AttributeError(name)
        first, *rest = name.split("_")
        return self.get(first + "".join(word.title() for word in rest))


def open_database(agent_id: str) -> InMemoryDatabaseAdapter:
    """Opens a fresh database with its own storage.

    The plugin's factory would share one storage among all runtimes.
    """
    return InMemoryDatabaseAdapter(MemoryStorage(), agent_id)


async def seed(
    adapter: InMemoryDatabaseAdapter, contract: Contract, plan: MessagePlan, history: int
) -> None:
    """Stores the agent, the world, and the plan's rooms, users and participants.

    `history` memories go into the first room.
    """
    fixtures, store = contract.fixtures, adapter.db
    agent = fixtures.agent_id
    world = Record(
        id=fixtures.world_id,
        name=fixtures.world_name,
        agentId=agent,
        messageServerId=fixtures.message_server_id,
        metadata=Record(),
    )
    await store.set(COLLECTIONS.WORLDS, fixtures.world_id, world)
    await store.set(COLLECTIONS.ENTITIES, agent, _entity(agent, contract.character.name, fixtures))
    for number, name in enumerate(plan.entities):
        key = entity_id(fixtures, number)
        await store.set(COLLECTIONS.ENTITIES, key, _entity(key, name, fixtures))
    for number, users in plan.participants.items():
        key = room_id(fixtures, number)
        await store.set(COLLECTIONS.ROOMS, key, _room(key, plan.rooms[number], fixtures))
        await adapter.add_participants_room(
            [agent, *(entity_id(fixtures, user) for user in users)], key
        )

    first_user, first_room, now = entity_id(fixtures, 0), room_id(fixtures, 0), now_ms()
    for index in range(history):
        author = agent if index % 2 else first_user
        created_at = now - (history - index) * fixtures.history_interval_ms
        key = history_id(fixtures, index)
        await store.set(
            COLLECTIONS.MEMORIES,
            key,
            _memory_record(key, author, first_room, index, created_at, fixtures),
        )


async def seed_records(
    adapter: InMemoryDatabaseAdapter, fixtures: Fixtures, count: int, rooms: int
) -> None:
    """Stores `count` memories of the first user, spread evenly over `rooms` rooms.

    The last one is the newest.
    """
    author, now = entity_id(fixtures, 0), now_ms()
    for index in range(count):
        key, room = record_id(fixtures, index), room_id(fixtures, index % rooms)
        created_at = now - (count - index) * fixtures.history_interval_ms
        await adapter.db.set(
            COLLECTIONS.MEMORIES,
            key,
            _memory_record(key, author, room, index, created_at, fixtures),
        )


def build_messages(plan: MessagePlan, iteration: int, fixtures: Fixtures) -> list[Memory]:
    """Builds the plan's messages for one iteration, as the framework takes them."""
    return [
        _message(message_id(iteration, index), planned.entity, planned.room, planned.text, fixtures)
        for index, planned in enumerate(plan.messages)
    ]


def build_writes(count: int, rooms: int, fixtures: Fixtures) -> list[Memory]:
    """Builds `count` memories of the first user over `rooms` rooms, as the runtime stores them."""
    text = fixtures.history_text
    return [
        _message(
            record_id(fixtures, index), 0, index % rooms, insert_number(text, index + 1), fixtures
        )
        for index in range(count)
    ]


async def read_stored_messages(adapter: InMemoryDatabaseAdapter) -> list[dict[str, Any]]:
    """Reads every message record in the database, in whatever shape it is stored."""
    records: list[dict[str, Any]] = await adapter.db.get_all(COLLECTIONS.MEMORIES)
    return [record for record in records if record["metadata"]["type"] == MESSAGES_TABLE]


def read_field(record: dict[str, Any], camel: str, snake: str) -> Any:
    """Reads a field of a stored record.

    The framework's own memories have protobuf's names, seeded ones have the adapter's.
    """
    return record.get(camel, record.get(snake))


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def _message(key: str, author: int, room: int, text: str, fixtures: Fixtures) -> Memory:
    return Memory(
        id=key,
        entity_id=entity_id(fixtures, author),
        agent_id=fixtures.agent_id,
        room_id=room_id(fixtures, room),
        world_id=fixtures.world_id,
        content=Content(text=text, source=fixtures.source),
        created_at=now_ms(),
    )


def _memory_record(
    key: str, author: str, room: str, index: int, created_at: int, fixtures: Fixtures
) -> Record:
    return Record(
        id=key,
        entityId=author,
        agentId=fixtures.agent_id,
        roomId=room,
        worldId=fixtures.world_id,
        content=Record(
            text=insert_number(fixtures.history_text, index + 1), source=fixtures.source
        ),
        createdAt=created_at,
        metadata=Record(type=MESSAGES_TABLE),
    )


def _entity(key: str, name: str, fixtures: Fixtures) -> Record:
    return Record(id=key, name=name, names=[name], agentId=fixtures.agent_id, metadata=Record())


def _room(key: str, name: str, fixtures: Fixtures) -> Record:
    return Record(
        id=key,
        name=name,
        agentId=fixtures.agent_id,
        source=fixtures.source,
        type="GROUP",
        messageServerId=fixtures.message_server_id,
        worldId=fixtures.world_id,
        metadata=Record(),
    )
