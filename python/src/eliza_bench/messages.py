"""Plans a scenario's messages: `{n}`, the numbers of rooms and entities, ids and digests."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from eliza_bench.contract import Fixtures, Scenario

_TEXT_SEPARATOR = "\x1f"

NUMBER_PLACE = "{n}"
"""A scenario's texts have the number of their message here."""


@dataclass(frozen=True)
class PlannedMessage:
    text: str
    entity: int
    room: int


@dataclass(frozen=True)
class MessagePlan:
    """A scenario's messages in order, and the people and rooms that they name."""

    messages: list[PlannedMessage]
    entities: list[str]
    """The names by number."""
    rooms: list[str]
    """The names by number."""
    participants: dict[int, list[int]]
    """The numbers of the entities that write in a room, by the room's number."""
    members: int
    """So many further entities are in the first room. They are numbered from 0."""

    @classmethod
    def of(cls, scenario: Scenario) -> "MessagePlan":
        entities: dict[str, int] = {}
        rooms: dict[str, int] = {}
        messages = []
        participants: dict[int, dict[int, None]] = {}
        for index in range(scenario.repeat or len(scenario.messages)):
            message, number = scenario.messages[index % len(scenario.messages)], index + 1
            entity = entities.setdefault(insert_number(message.entity_id, number), len(entities))
            room = rooms.setdefault(insert_number(message.room_id, number), len(rooms))
            messages.append(PlannedMessage(insert_number(message.content, number), entity, room))
            participants.setdefault(room, {})[entity] = None
        return cls(
            messages,
            list(entities),
            list(rooms),
            {room: list(found) for room, found in participants.items()},
            scenario.config.members,
        )

    def control(self, text: str) -> "MessagePlan":
        """Returns a plan of one message by the first user in the first room."""
        return replace(self, messages=[PlannedMessage(text, 0, 0)])

    def silent(self) -> "MessagePlan":
        """Returns a plan with the same people and rooms and no message."""
        return replace(self, messages=[])

    def input_digest(self, fixtures: Fixtures) -> str:
        """Returns the SHA-256 over a line `id|entityId|roomId|text` per message of iteration 0."""
        digest = hashlib.sha256()
        for index, message in enumerate(self.messages):
            entity = entity_id(fixtures, message.entity)
            room = room_id(fixtures, message.room)
            digest.update(f"{message_id(0, index)}|{entity}|{room}|{message.text}\n".encode())
        return digest.hexdigest()


def reply_digest(replies: Iterable[Sequence[str]]) -> str:
    """Returns the SHA-256 over a line per message: its non-empty reply texts, joined by U+001F."""
    digest = hashlib.sha256()
    for texts in replies:
        digest.update(f"{_TEXT_SEPARATOR.join(filter(None, texts))}\n".encode())
    return digest.hexdigest()


def insert_number(text: str, number: int) -> str:
    return text.replace(NUMBER_PLACE, str(number))


def message_id(iteration: int, index: int) -> str:
    return f"e{iteration:07x}-0000-4000-8000-{index:012x}"


def vary_id(key: str, number: int) -> str:
    """Puts the number in the place of the second to eighth digit of an id, or of its prefix."""
    return f"{key[0]}{number:07x}{key[8:]}"


def live_agent_id(fixtures: Fixtures, number: int) -> str:
    return f"{fixtures.live_agent_id_prefix}{number:012x}"


def entity_id(fixtures: Fixtures, number: int) -> str:
    return f"{fixtures.entity_id_prefix}{number:012x}"


def room_id(fixtures: Fixtures, number: int) -> str:
    return f"{fixtures.room_id_prefix}{number:012x}"


def history_id(fixtures: Fixtures, index: int) -> str:
    return f"{fixtures.history_id_prefix}{index:012x}"


def record_id(fixtures: Fixtures, index: int) -> str:
    return f"{fixtures.record_id_prefix}{index:012x}"


def member_id(fixtures: Fixtures, index: int) -> str:
    return f"{fixtures.member_id_prefix}{index:012x}"


def member_name(fixtures: Fixtures, index: int) -> str:
    return insert_number(fixtures.member_name, index + 1)
