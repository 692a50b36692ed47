"""Runs the database scenarios.

The operations run on the database's own adapter first, then through the runtime.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

from eliza_bench.agent import Agent
from eliza_bench.clocks import now_ns
from eliza_bench.contract import DatabaseLoad, Fixtures
from eliza_bench.database_setup import build_writes
from eliza_bench.databases.database import Adapter
from eliza_bench.databases.records import MESSAGES_TABLE
from eliza_bench.framework import AgentRuntime, Memory
from eliza_bench.measurement import OperationCheck, OperationTiming
from eliza_bench.messages import record_id, room_id

# It spreads the reads by id over the records. A prime number reaches every record.
_STRIDE = 7919

# How many operations run between two readings of the clock: one may be as short as a reading.
_CLOCK_EVERY = 16

_NS_PER_MS = 1_000_000

_VIA_RUNTIME = "_via_runtime"

Operation = Callable[[Any], Awaitable[Any]]
Store: TypeAlias = Adapter | AgentRuntime
"""Both create and read memories by methods of the same names."""


class DatabaseRun:
    """The database work of one iteration. Its inputs are built before any clock runs."""

    def __init__(self, kind: str, load: DatabaseLoad, fixtures: Fixtures) -> None:
        self.timings: list[OperationTiming] = []
        self.checks: list[OperationCheck] = []
        """The checked results of each operation. Empty unless the run verifies."""
        self._load = load
        self._unchecked: list[tuple[str, Store, list[Memory]]] = []
        self._rooms = [room_id(fixtures, number) for number in range(load.rooms)]
        self._writes: list[Memory] = []
        self._ids: list[str] = []
        self._queries: list[dict[str, Any]] = []
        if kind == "database-write":
            # The second half is for the runtime, so that its records are new too.
            self._writes = build_writes(2 * load.operations, load.rooms, fixtures)
        else:
            self._record_ids = [record_id(fixtures, index) for index in range(load.records)]
            self._ids = [
                self._record_ids[index * _STRIDE % load.records] for index in range(load.operations)
            ]
            by_room = [{"roomId": room, "limit": load.read_limit} for room in self._rooms]
            self._queries = [by_room[index % load.rooms] for index in range(load.operations)]

    async def run(self, agent: Agent, *, verify: bool) -> None:
        """Runs each operation until all are done or the time box closes.

        `verify` checks every result. What was written is left to `check_writes`.
        """
        half = self._load.operations
        adapter, runtime = agent.adapter, agent.runtime
        if self._writes:
            await self._write("write", adapter, self._writes[:half], verify=verify)
            await self._write(f"write{_VIA_RUNTIME}", runtime, self._writes[half:], verify=verify)
        else:
            await self._read("", adapter, verify=verify)
            await self._read(_VIA_RUNTIME, runtime, verify=verify)

    async def check_writes(self) -> None:
        """Looks for everything that a verifying run has written."""
        for name, store, written in self._unchecked:
            found = [(memory.id, await store.get_memory_by_id(memory.id)) for memory in written]
            correct = sum(record is not None and record["id"] == key for key, record in found)
            self._add_check(name, len(written), correct, newest=None)

    async def _write(self, name: str, store: Store, writes: list[Memory], *, verify: bool) -> None:
        timing = await self._run_boxed(
            name, partial(store.create_memory, table_name=MESSAGES_TABLE), writes
        )
        if verify:
            self._unchecked.append((name, store, writes[: timing["done"]]))

    async def _read(self, suffix: str, store: Store, *, verify: bool) -> None:
        name, results = f"read_by_id{suffix}", list[Any]()
        read_by_id = (
            _keep_results(store.get_memory_by_id, results) if verify else store.get_memory_by_id
        )
        await self._run_boxed(name, read_by_id, self._ids)
        if verify:
            self._check_reads_by_id(name, results)
        name, results = f"read_by_room{suffix}", []
        read_by_room = _keep_results(store.get_memories, results) if verify else store.get_memories
        # A read by room takes milliseconds in a large database, so that sixteen reads could take
        # more than twice the box.
        await self._run_boxed(name, read_by_room, self._queries, clock_every=1)
        if verify:
            self._check_reads_by_room(name, results)

    async def _run_boxed(
        self,
        name: str,
        operation: Operation,
        inputs: Sequence[Any],
        clock_every: int = _CLOCK_EVERY,
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

    def _check_reads_by_id(self, name: str, results: list[dict[str, Any] | None]) -> None:
        pairs = zip(results, self._ids, strict=False)
        correct = sum(record is not None and record["id"] == key for record, key in pairs)
        self._add_check(name, len(results), correct, newest=None)

    def _check_reads_by_room(self, name: str, results: list[list[dict[str, Any]]]) -> None:
        limit, rooms = self._load.read_limit, self._load.rooms
        # Record ids increase with time and take the rooms in turn.
        latest = [set(self._record_ids[room::rooms][-limit:]) for room in range(rooms)]
        correct, newest = 0, True
        for index, records in enumerate(results):
            room = index % rooms
            of_room = all(record["roomId"] == self._rooms[room] for record in records)
            correct += len(records) == limit and of_room
            newest = newest and {record["id"] for record in records} == latest[room]
        self._add_check(name, len(results), correct, newest=newest)

    def _add_check(self, operation: str, done: int, correct: int, *, newest: bool | None) -> None:
        self.checks.append(
            {"operation": operation, "done": done, "correct": correct, "newest": newest}
        )


def _keep_results(operation: Operation, results: list[Any]) -> Operation:
    async def keep(value: object) -> None:
        results.append(await operation(value))

    return keep
