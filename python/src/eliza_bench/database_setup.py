"""Builds what a database is seeded with, and the messages, in the framework's own shapes."""

import time
from collections.abc import Iterator

from eliza_bench.contract import Fixtures
from eliza_bench.databases.records import MESSAGES_TABLE, Record
from eliza_bench.framework import Content, Memory
from eliza_bench.messages import (
    MessagePlan,
    entity_id,
    history_id,
    insert_number,
    live_agent_id,
    member_id,
    member_name,
    message_id,
    record_id,
    room_id,
)


def build_messages(plan: MessagePlan, iteration: int, fixtures: Fixtures) -> list[Memory]:
    """Builds the plan's messages for one iteration, as the framework takes them."""
    return [
        _message(message_id(iteration, index), planned.entity, planned.room, planned.text, fixtures)
        for index, planned in enumerate(plan.messages)
    ]


def build_live_message(number: int, agent: int, user: int, fixtures: Fixtures) -> Memory:
    """Builds a user's message to the live agent with this number, in the user's own room.

    `number` tells it from the agent's other messages.
    """
    text = insert_number(fixtures.live_message, number + 1)
    key, owner = message_id(agent, number), live_agent_id(fixtures, agent)
    return _message(key, user, user, text, fixtures, owner)


def build_writes(count: int, rooms: int, fixtures: Fixtures) -> list[Memory]:
    """Builds `count` memories of the first user over `rooms` rooms, as the runtime stores them."""
    text = fixtures.history_text
    return [
        _message(
            record_id(fixtures, index), 0, index % rooms, insert_number(text, index + 1), fixtures
        )
        for index in range(count)
    ]


def make_world(fixtures: Fixtures, members: int) -> Record:
    """Makes the world. The framework's providers look for its members in the metadata."""
    ids = [member_id(fixtures, index) for index in range(members)]
    return Record(
        id=fixtures.world_id,
        name=fixtures.world_name,
        agentId=fixtures.agent_id,
        messageServerId=fixtures.message_server_id,
        metadata=Record(members=ids) if ids else Record(),
    )


def make_members(members: int, fixtures: Fixtures) -> list[Record]:
    """Makes the entities that are in the first room and write nothing."""
    return [
        make_entity(member_id(fixtures, index), member_name(fixtures, index), fixtures)
        for index in range(members)
    ]


def list_participants(plan: MessagePlan, room: int, fixtures: Fixtures) -> list[str]:
    """Lists the ids of everybody in the room with this number. The agent is in every one."""
    members = plan.members if room == 0 else 0
    return [
        fixtures.agent_id,
        *(entity_id(fixtures, user) for user in plan.participants[room]),
        *(member_id(fixtures, index) for index in range(members)),
    ]


def make_entity(key: str, name: str, fixtures: Fixtures) -> Record:
    return Record(id=key, name=name, names=[name], agentId=fixtures.agent_id, metadata=Record())


def make_room(key: str, name: str, fixtures: Fixtures) -> Record:
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


def make_history(
    count: int, fixtures: Fixtures, users: int = 1, start: int = 0
) -> Iterator[Record]:
    """Makes memories up to number `count`. In a room its user takes turns with the agent.

    They are spread evenly over the rooms of the first `users` users. The last one is the newest.
    """
    agent, now = fixtures.agent_id, now_ms()
    for index in range(start, count):
        user = index % users
        author = agent if index // users % 2 else entity_id(fixtures, user)
        created_at = now - (count - index) * fixtures.history_interval_ms
        key, room = history_id(fixtures, index), room_id(fixtures, user)
        yield _make_memory(key, author, room, index, created_at, fixtures)


def make_records(count: int, rooms: int, fixtures: Fixtures) -> Iterator[Record]:
    """Makes `count` memories of the first user, spread evenly over `rooms` rooms.

    The last one is the newest.
    """
    author, now = entity_id(fixtures, 0), now_ms()
    for index in range(count):
        key, room = record_id(fixtures, index), room_id(fixtures, index % rooms)
        created_at = now - (count - index) * fixtures.history_interval_ms
        yield _make_memory(key, author, room, index, created_at, fixtures)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def _message(
    key: str, author: int, room: int, text: str, fixtures: Fixtures, agent: str | None = None
) -> Memory:
    return Memory(
        id=key,
        entity_id=entity_id(fixtures, author),
        agent_id=agent or fixtures.agent_id,
        room_id=room_id(fixtures, room),
        world_id=fixtures.world_id,
        content=Content(text=text, source=fixtures.source),
        created_at=now_ms(),
    )


def _make_memory(
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
