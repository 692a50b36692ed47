"""The database scenarios: operations on the in-memory database's own adapter."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from contract import DatabaseLoad, Fixtures
from framework import InMemoryDatabaseAdapter, Memory
from measurement import OperationCheck, OperationTiming
from messages import record_id, room_id
from metrics import now_ns
from mock_inmemory_adapter import MESSAGES_TABLE, build_writes

# Spreads reads by id over the records; a prime, so that every record has its turn.
_STRIDE = 7919

# Operations between two looks at the clock, where an operation may be as short as the look.
_CLOCK_EVERY = 16

_NS_PER_MS = 1_000_000

Operation = Callable[[Any], Awaitable[Any]]


class DatabaseRun:
    """One iteration's database work, its inputs built before any clock runs."""

    def __init__(self, kind: str, load: DatabaseLoad, fixtures: Fixtures) -> None:
        self.timings: list[OperationTiming] = []
        self.checks: list[OperationCheck] = []
        """What each operation gave back; empty unless the run verified."""
        self._load = load
        self._rooms = [room_id(fixtures, number) for number in range(load.rooms)]
        self._writes: list[Memory] = []
        self._ids: list[str] = []
        self._queries: list[dict[str, Any]] = []
        if kind == "database-write":
            self._writes = build_writes(load.operations, load.rooms, fixtures)
        else:
            self._record_ids = [record_id(fixtures, index) for index in range(load.records)]
            self._ids = [self._record_ids[index * _STRIDE % load.records] for index in range(load.operations)]
            by_room = [{"roomId": room, "limit": load.read_limit} for room in self._rooms]
            self._queries = [by_room[index % load.rooms] for index in range(load.operations)]

    async def run(self, adapter: InMemoryDatabaseAdapter, *, verify: bool) -> None:
        """Runs each operation until all are done or the time box closes; `verify` checks every result."""
        if self._writes:
            write: Operation = partial(adapter.create_memory, table_name=MESSAGES_TABLE)
            timing = await self._boxed("write", write, self._writes)
            if verify:
                await self._check_writes(adapter, timing["done"])
            return
        results: list[Any] = []
        read_by_id = _keeping(adapter.get_memory_by_id, results) if verify else adapter.get_memory_by_id
        await self._boxed("read_by_id", read_by_id, self._ids)
        if verify:
            self._check_reads_by_id(results)
        results = []
        read_by_room = _keeping(adapter.get_memories, results) if verify else adapter.get_memories
        # A read by room takes milliseconds in a large database: sixteen could overrun the box by more than its length.
        await self._boxed("read_by_room", read_by_room, self._queries, clock_every=1)
        if verify:
            self._check_reads_by_room(results)

    async def _boxed(
        self, name: str, operation: Operation, inputs: Sequence[Any], clock_every: int = _CLOCK_EVERY
    ) -> OperationTiming:
        requested, box_ns = len(inputs), self._load.box_ms * _NS_PER_MS
        done = 0
        started = now_ns()
        while done < requested:
            await operation(inputs[done])
            done += 1
            if done % clock_every == 0 and now_ns() - started >= box_ns:
                break
        total = now_ns() - started
        timing: OperationTiming = {
            "operation": name,
            "requested": requested,
            "done": done,
            "totalNs": total,
            "boxClosed": done < requested,
        }
        self.timings.append(timing)
        return timing

    async def _check_writes(self, adapter: InMemoryDatabaseAdapter, done: int) -> None:
        found = [(memory.id, await adapter.get_memory_by_id(memory.id)) for memory in self._writes[:done]]
        correct = sum(record is not None and record["id"] == key for key, record in found)
        self._note("write", done, correct, newest=None)

    def _check_reads_by_id(self, results: list[dict[str, Any] | None]) -> None:
        pairs = zip(results, self._ids, strict=False)
        correct = sum(record is not None and record["id"] == key for record, key in pairs)
        self._note("read_by_id", len(results), correct, newest=None)

    def _check_reads_by_room(self, results: list[list[dict[str, Any]]]) -> None:
        limit, rooms = self._load.read_limit, self._load.rooms
        # Record ids count up with time and go round the rooms.
        latest = [set(self._record_ids[room::rooms][-limit:]) for room in range(rooms)]
        correct, newest = 0, True
        for index, records in enumerate(results):
            room = index % rooms
            of_room = all(record["roomId"] == self._rooms[room] for record in records)
            correct += len(records) == limit and of_room
            newest = newest and {record["id"] for record in records} == latest[room]
        self._note("read_by_room", len(results), correct, newest=newest)

    def _note(self, operation: str, done: int, correct: int, *, newest: bool | None) -> None:
        self.checks.append({"operation": operation, "done": done, "correct": correct, "newest": newest})


def _keeping(operation: Operation, results: list[Any]) -> Operation:
    async def keep(value: object) -> None:
        results.append(await operation(value))

    return keep
