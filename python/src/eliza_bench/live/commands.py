"""The commands of live mode, which are read as they come. `shared/schemas/live.ts` defines them."""

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eliza_bench.clocks import monotonic_ns
from eliza_bench.failure import InputError

_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Command:
    """A command. Fields that it does not have keep their defaults."""

    cmd: str
    id: int = 0
    agent: int = 0
    user: int = 0
    count: int = 0
    history: int = 0
    collect: bool = False
    store: str = ""


def _is_number(value: object) -> bool:
    # In Python a bool is an int.
    return type(value) is int and value >= 0


def _is_size(value: object) -> bool:
    return type(value) is int and value >= 1


def _is_flag(value: object) -> bool:
    return type(value) is bool


def _is_text(value: object) -> bool:
    return type(value) is str


_FIELDS: dict[str, dict[str, Callable[[object], bool]]] = {
    "agents": {"count": _is_size},
    "users": {"agent": _is_number, "count": _is_size, "history": _is_number},
    "message": {"id": _is_number, "agent": _is_number, "user": _is_number},
    "stored": {"agent": _is_number},
    "read": {"collect": _is_flag},
    "stores": {},
    "empty": {"store": _is_text},
    "trace": {},
    "sites": {},
    "drop": {},
    "finish": {},
}


def parse_command(line: bytes) -> Command:
    """Raises InputError for a garbled command."""
    try:
        parsed: Any = json.loads(line)
    except ValueError:
        parsed = None
    if isinstance(parsed, dict) and isinstance(parsed.get("cmd"), str):
        fields = _FIELDS.get(parsed["cmd"])
        if (
            fields is not None
            and len(parsed) == len(fields) + 1
            and all(name in parsed and fits(parsed[name]) for name, fits in fields.items())
        ):
            return Command(**parsed)
    shown = line.decode(errors="replace").strip()[:200]
    raise InputError(
        f"not a command of live mode: {shown!r}; send one JSON object a line, "
        "as docs/harness-contract.md says"
    )


class LineReader:
    """Reads lines from a descriptor as they come."""

    def __init__(
        self,
        descriptor: int,
        take: Callable[[bytes, int], None],
        end: Callable[[], None],
    ) -> None:
        """`take` gets each line and the clock at which it was read, `end` is called at the end."""
        self._descriptor = descriptor
        self._take = take
        self._end = end
        self._rest = b""
        self._reading = False
        self._ready_always = False

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._reading = True
        try:
            loop.add_reader(self._descriptor, self._read)
        except OSError:
            # No event tells of a file or of /dev/null: there is always something to read, or an
            # end.
            self._ready_always = True
            loop.call_soon(self._read)

    def stop(self) -> None:
        if self._reading and not self._ready_always:
            asyncio.get_running_loop().remove_reader(self._descriptor)
        self._reading = False

    def _read(self) -> None:
        if not self._reading:
            return
        try:
            chunk = os.read(self._descriptor, _CHUNK_BYTES)
        except BlockingIOError:
            return
        read_at_ns = monotonic_ns()
        if not chunk:
            self.stop()
            self._end()
            return
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            self._take(line, read_at_ns)
        if self._ready_always:
            asyncio.get_running_loop().call_soon(self._read)
