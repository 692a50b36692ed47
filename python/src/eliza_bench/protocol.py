"""The worker protocol: commands on standard input, events on their own descriptor."""

import json
import os
import sys
from typing import Any, get_args

from eliza_bench.failure import InputError
from eliza_bench.measurement import Failure, IterationPhase, Versions

_PLAIN_COMMANDS = ("cold", "verify", "message", "end", "finish")
_PHASE_COMMANDS = ("iterate", "begin")


class UnfinishedError(Exception):
    """Whoever gives the commands has gone before `finish`."""


class Events:
    """Writes events, one JSON object a line."""

    def __init__(self, descriptor: int) -> None:
        """Raises InputError if the descriptor is not open."""
        try:
            os.fstat(descriptor)
        except OSError as error:
            raise InputError(
                f"descriptor {descriptor} is not open; redirect it or give --events-fd"
            ) from error
        self._descriptor = descriptor

    def send_ready(self, import_ns: int, versions: Versions) -> None:
        self._write(
            {"event": "ready", "pid": os.getpid(), "importNs": import_ns, "versions": versions}
        )

    def send_done(self, cmd: str, elapsed_ns: int) -> None:
        self._write({"event": "done", "cmd": cmd, "elapsedNs": elapsed_ns})

    def send_failed(self, cmd: str, failure: Failure) -> None:
        self._write({"event": "failed", "cmd": cmd, "failure": failure})

    def send_finished(self) -> None:
        self._write({"event": "finished"})

    def send_trial(self, event: dict[str, object]) -> None:
        """Tells what a trial does. Its events are no worker's."""
        self._write(event)

    def _write(self, event: dict[str, object]) -> None:
        rest = self.encode(event)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    @staticmethod
    def encode(event: dict[str, object]) -> bytes:
        return f"{json.dumps(event)}\n".encode()


def read_command() -> tuple[str, IterationPhase | None]:
    """Reads the next command and its phase, if it has one.

    It blocks the event loop too, because a waiting worker does nothing. Raises InputError for a
    garbled command, UnfinishedError at the end of the input.
    """
    line = sys.stdin.readline()
    if not line:
        raise UnfinishedError("standard input ended before `finish`; nothing was written")
    try:
        parsed: Any = json.loads(line)
    except ValueError:
        parsed = None
    match parsed:
        case {"cmd": str(name), **rest} if name in _PLAIN_COMMANDS and not rest:
            return name, None
        case {"cmd": str(name), "phase": phase, **rest} if name in _PHASE_COMMANDS and not rest:
            for known in get_args(IterationPhase):
                if phase == known:
                    return name, known
        case _:
            pass
    shown = line.strip()[:200]
    raise InputError(
        f"not a command: {shown!r}; send one JSON object a line, as docs/harness-contract.md says"
    )
