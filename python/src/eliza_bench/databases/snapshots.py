"""Rows that a database has been seeded with once, kept in a schema of the harness's own.

Storing ten thousand memories one by one takes seconds, which every iteration would pay. The copies
of the database that other processes get have these tables too.
"""

from dataclasses import dataclass

SCHEMA = "eliza_benchmark"
_MEMORIES = "public.memories"


@dataclass(frozen=True)
class Snapshot:
    name: str
    rows: int

    @classmethod
    def of_history(cls, count: int) -> "Snapshot":
        return cls(f"history_{count}", count)

    @classmethod
    def of_spread_history(cls, count: int, users: int, agent_id: str) -> "Snapshot":
        """It has the agent's id in it, and its rooms."""
        _, _, agent = agent_id.rpartition("-")
        return cls(f"history_{count}_of_{users}_users_and_{agent}", count)

    @classmethod
    def of_records(cls, count: int, rooms: int) -> "Snapshot":
        return cls(f"records_{count}_in_{rooms}_rooms", count)

    @property
    def table(self) -> str:
        return f"{SCHEMA}.{self.name}"

    @property
    def keeping(self) -> str:
        """The statements that keep all memories of the database."""
        return (
            f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}; "
            f"DROP TABLE IF EXISTS {self.table}; "
            f"CREATE TABLE {self.table} AS TABLE {_MEMORIES}"
        )

    @property
    def restoring(self) -> str:
        return f"INSERT INTO {_MEMORIES} TABLE {self.table}"
