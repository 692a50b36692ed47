"""The harness with a fault: `faulty_harness.py --fault NAME ...`.

It tests how the benchmark handles the fault.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from eliza_bench import bench

if TYPE_CHECKING:
    from eliza_bench.contract import Scenario
    from eliza_bench.framework import AgentRuntime, Content, Memory
    from eliza_bench.iteration import Callback, Send
    from eliza_bench.measurement import Phase

PROCESS_FAULTS = (
    "crash",
    "hang",
    "garbage",
    "flood",
    "chatter",
    "events-flood",
    "endless-line",
    "exit-zero",
    "child",
    "daemon",
    "clock-steps",
    "fill-disk",
)
FILE_FAULTS = ("no-file", "torn-file")
FAULTS = ("drop-reply", "stub", *PROCESS_FAULTS, *FILE_FAULTS)

STDOUT, STDERR = 1, 2
CHATTER_LINES = 200_000
CHILD_SECONDS = "600"
"""It outlives every test."""


def main(arguments: list[str]) -> int:
    own = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    own.add_argument("--fault", choices=FAULTS, required=True)
    fault, rest = own.parse_known_args(arguments)
    shared = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    shared.add_argument("--events-fd", type=int, default=3)
    shared.add_argument("--output", type=Path)
    known = shared.parse_known_args(rest)[0]
    measured = False

    def sender_for(scenario: "Scenario", phase: "Phase") -> "Send":
        nonlocal measured
        measured = measured or phase == "plain"
        if fault.fault == "stub":
            return _stub(scenario)
        if fault.fault == "drop-reply":
            return _dropping(scenario, phase)
        if phase == "plain" and fault.fault in PROCESS_FAULTS:
            return _failing(fault.fault, known.events_fd, scenario, phase)
        return _real(scenario, phase)

    status = bench.main(rest, sender_for)
    if measured and fault.fault in FILE_FAULTS:
        _spoil(fault.fault, known.output)
    return status


def _spoil(fault: str, output: Path) -> None:
    if fault == "no-file":
        output.unlink()
    else:
        os.truncate(output, output.stat().st_size // 2)


def _real(scenario: "Scenario", phase: "Phase") -> "Send":
    from eliza_bench.iteration import framework_sender

    return framework_sender(scenario, phase)


def _stub(scenario: "Scenario") -> "Send":
    """Gives the expected replies without the framework."""
    from eliza_bench.framework import Content

    async def send(_runtime: "AgentRuntime", _message: "Memory", callback: "Callback") -> None:
        for text in scenario.expect.replies:
            await callback(Content(text=text))

    return send


def _dropping(scenario: "Scenario", phase: "Phase") -> "Send":
    """Swallows the answer to every second message."""
    real, sent = _real(scenario, phase), 0

    async def swallow(_content: "Content") -> "list[Memory]":
        return []

    async def send(runtime: "AgentRuntime", message: "Memory", callback: "Callback") -> object:
        nonlocal sent
        sent += 1
        return await real(runtime, message, callback if sent % 2 else swallow)

    return send


def _failing(fault: str, events_fd: int, scenario: "Scenario", phase: "Phase") -> "Send":
    """Does `fault` once, at the first message."""
    real, failed = _real(scenario, phase), False

    async def send(runtime: "AgentRuntime", message: "Memory", callback: "Callback") -> object:
        nonlocal failed
        if not failed:
            failed = True
            if fault == "hang":
                await asyncio.Event().wait()
            _fail(fault, events_fd)
        return await real(runtime, message, callback)

    return send


def _fail(fault: str, events_fd: int) -> None:
    match fault:
        case "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        case "garbage":
            os.write(events_fd, b"this is not an event\n")
        case "flood":
            _write_forever((STDOUT, STDERR), b"Loading plugins ... " * 50 + b"\n")
        case "chatter":
            for _ in range(CHATTER_LINES):
                os.write(STDOUT, b"Loading plugins ...\n")
        case "events-flood":
            _write_forever((events_fd,), b'{"event":"done","cmd":"iterate"}\n')
        case "endless-line":
            _write_forever((events_fd,), b"x" * 1000)
        case "clock-steps":
            _step_the_clock()
        case "fill-disk":
            _fill_the_disk()
        case "exit-zero":
            os._exit(0)
        case _:
            # The child keeps the harness's descriptors open.
            command = ["sleep", CHILD_SECONDS]
            subprocess.Popen(command, start_new_session=fault == "daemon", pass_fds=(events_fd,))


def _step_the_clock() -> None:
    """Makes the wall clock jump an hour forward and back with every reading."""
    now, hours = time.time, itertools.cycle((3600, -3600))
    time.time = lambda: now() + next(hours)


def _fill_the_disk() -> None:
    """Fills the disk of its own folder and continues as if nothing had happened."""
    with contextlib.suppress(OSError), Path("filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def _write_forever(descriptors: tuple[int, ...], text: bytes) -> None:
    while True:
        for descriptor in descriptors:
            os.write(descriptor, text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
