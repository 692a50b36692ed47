"""The processor time of a PostgreSQL server's processes for one database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
# What the kernel calls a process of PostgreSQL, whatever title that has given itself.
_POSTGRES = "postgres"

Backend = tuple[int, Any]
"""Its process id and when it began: the system may give the id to another one later."""


@dataclass(frozen=True)
class Backends:
    """The processes that serve a database's clients at one moment, without the harness's own."""

    cpu_ns: Mapping[Backend, int | None]
    """None if it cannot be read."""
    sessions: int | None
    """How many clients the database has ever had. None if the server does not count them."""


class ServerTime:
    """Sums up the processor time of the server over the spans of an iteration."""

    def __init__(self) -> None:
        self._total_ns: int | None = 0

    @property
    def total_ns(self) -> int | None:
        """Returns None if one of the spans could not be measured."""
        return self._total_ns

    def add(self, before: Backends | None, after: Backends | None) -> None:
        if before is None or after is None or self._total_ns is None:
            self._total_ns = None
            return
        worked = worked_between(before, after)
        self._total_ns = None if worked is None else self._total_ns + worked


def read_backends(rows: Iterable[Backend], sessions: int | None, proc: Path = _PROC) -> Backends:
    """Reads the time of these backends. Only those of a server on this machine can be read."""
    return Backends({row: _read_cpu_ns(proc / str(row[0])) for row in rows}, sessions)


def worked_between(before: Backends, after: Backends) -> int | None:
    """Returns the nanoseconds that the backends have worked. A new one has worked since it began.

    Returns None if one cannot be read, or has ended meanwhile: the system forgets its time. One
    that began and ended in between shows in the number of sessions alone.
    """
    if not before.cpu_ns.keys() <= after.cpu_ns.keys():
        return None
    if before.sessions is None or after.sessions is None:
        return None
    began = len(after.cpu_ns) - len(before.cpu_ns)
    if after.sessions - before.sessions != began:
        return None
    total = 0
    for backend, cpu_ns in after.cpu_ns.items():
        earlier = before.cpu_ns.get(backend, 0)
        if cpu_ns is None or earlier is None:
            return None
        total += cpu_ns - earlier
    return total


def _read_cpu_ns(process: Path) -> int | None:
    """Returns what the process has spent on a processor, or None if it is none of PostgreSQL's.

    The server may run on another machine, where another process has this id. A kernel that does
    not count writes 0.
    """
    try:
        if (process / "comm").read_text().strip() != _POSTGRES:
            return None
        return int((process / "schedstat").read_text().split()[0]) or None
    except (OSError, ValueError, IndexError):
        return None
