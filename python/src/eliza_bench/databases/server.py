"""The harness's own connection to a PostgreSQL server. Nothing on it is measured."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import asyncpg

from eliza_bench.clocks import now_ns
from eliza_bench.databases.backends import Backends, read_backends
from eliza_bench.databases.snapshots import Snapshot
from eliza_bench.failure import FrameworkError, InputError

_NAME = "eliza-benchmark"
_CONNECT_S = 10
# No statement of the harness's waits for anything, unless the server or the database is broken.
_STATEMENT_S = 60

_NS_PER_S = 1_000_000_000
# It is over when nothing was done for so long. While work is seen, looks are so far apart.
_QUIET_NS = 20_000_000
_LOOK_EVERY_NS = 10_000_000
_SETTLE_NS = 10 * _NS_PER_S

_OTHERS = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
_BACKENDS = f"SELECT pid, backend_start {_OTHERS}"
# The server notes when each connection has last begun or ended a statement.
_WORK = (
    "SELECT count(*) FILTER (WHERE state IS DISTINCT FROM 'idle') AS busy, "  # noqa: S608
    f"extract(epoch FROM clock_timestamp() - max(state_change))::float8 AS idle_s {_OTHERS}"
)
_SESSIONS = "SELECT sessions FROM pg_stat_database WHERE datname = current_database()"
# The server counts sessions from this version on.
_COUNTS_SESSIONS = 14
_TABLES = (
    "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables "
    "WHERE schemaname = 'public'"
)

_SERVER_ERRORS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Server:
    """Every method raises a FrameworkError for an error of the server."""

    def __init__(self, connection: Any) -> None:
        # Distributions add their own version in parentheses.
        self.version: str = connection.get_settings().server_version.split()[0]
        self._connection = connection
        self._counts_sessions = connection.get_server_version().major >= _COUNTS_SESSIONS

    @classmethod
    async def connect(cls, url: str) -> "Server":
        """Raises InputError if there is no such database."""
        try:
            connection = await asyncpg.connect(
                url,
                timeout=_CONNECT_S,
                command_timeout=_STATEMENT_S,
                server_settings={"application_name": _NAME},
            )
        except (*_SERVER_ERRORS, ValueError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise InputError(
                f"the database cannot be reached ({reason}): start its server, or give another one"
            ) from error
        return cls(connection)

    async def close(self) -> None:
        """A server that is gone has nothing to close: this raises nothing."""
        with suppress(*_SERVER_ERRORS):
            await self._connection.close(timeout=_CONNECT_S)

    async def clear(self) -> None:
        """Empties every table of the framework. It makes tables only where there are none."""
        with _server_calls():
            tables = await self._connection.fetchval(_TABLES)
            if tables is not None:
                await self._connection.execute(f"TRUNCATE {tables} CASCADE")

    async def mark(self, text: str) -> None:
        with _server_calls():
            await self._connection.execute(f"SELECT '{_NAME}:{text}'")

    async def read_backends(self) -> Backends:
        with _server_calls():
            rows = await self._connection.fetch(_BACKENDS)
            sessions = await self._connection.fetchval(_SESSIONS) if self._counts_sessions else None
        return read_backends([(row["pid"], row["backend_start"]) for row in rows], sessions)

    async def settle(self) -> int:
        """Waits until no other connection of the database does anything, or has for a while.

        Returns the nanoseconds until the last work ended, 0 if there was none.
        """
        started, worked_ns = now_ns(), 0
        while True:
            # An answer may come late, behind work. It tells of the moment of asking, or later.
            asked_ns = now_ns() - started
            with _server_calls():
                busy, idle_s = await self._connection.fetchrow(_WORK)
            if busy:
                worked_ns = now_ns() - started
            elif idle_s is not None:
                worked_ns = max(worked_ns, asked_ns - round(idle_s * _NS_PER_S))
            quiet_ns = asked_ns - worked_ns
            if quiet_ns >= _QUIET_NS:
                return worked_ns
            if asked_ns > _SETTLE_NS:
                raise FrameworkError(
                    UnsettledError(
                        f"the database was still at work {_SETTLE_NS // _NS_PER_S} s "
                        f"after the runtime had stopped ({busy} busy connections)"
                    )
                )
            await asyncio.sleep((_LOOK_EVERY_NS if busy else _QUIET_NS - quiet_ns) / _NS_PER_S)

    async def holds(self, snapshot: Snapshot) -> bool:
        with _server_calls():
            if await self._connection.fetchval("SELECT to_regclass($1)", snapshot.table) is None:
                return False
            rows = await self._connection.fetchval(f"SELECT count(*) FROM {snapshot.table}")  # noqa: S608
        return bool(rows == snapshot.rows)

    async def keep(self, snapshot: Snapshot) -> None:
        with _server_calls():
            await self._connection.execute(snapshot.keeping)

    async def restore(self, snapshot: Snapshot) -> None:
        with _server_calls():
            await self._connection.execute(snapshot.restoring)


class UnsettledError(Exception):
    """The database went on working for a runtime that has stopped."""


@contextmanager
def _server_calls() -> Iterator[None]:
    try:
        yield
    except _SERVER_ERRORS as error:
        raise FrameworkError(error) from error
