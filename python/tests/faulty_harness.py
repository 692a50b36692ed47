"""The harness with a fault built in, to test what the benchmark does about it: `faulty_harness.py --fault NAME ...`."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import bench

if TYPE_CHECKING:
    from contract import Scenario
    from framework import AgentRuntime, Content, Memory
    from measurement import Phase
    from scenarios import Callback, Send

FAULTS = ("drop-reply", "stub", "crash", "hang", "garbage")


def main(arguments: list[str]) -> int:
    own = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    own.add_argument("--fault", choices=FAULTS, required=True)
    fault, rest = own.parse_known_args(arguments)
    shared = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    shared.add_argument("--events-fd", type=int, default=3)
    events_fd = shared.parse_known_args(rest)[0].events_fd

    def sender_for(scenario: "Scenario", phase: "Phase") -> "Send":
        if fault.fault == "stub":
            return _stub(scenario)
        if fault.fault == "drop-reply":
            return _dropping(scenario, phase)
        if phase == "plain":
            return _failing(fault.fault, events_fd, scenario, phase)
        return _real(scenario, phase)

    return bench.main(rest, sender_for)


def _real(scenario: "Scenario", phase: "Phase") -> "Send":
    from scenarios import framework_sender

    return framework_sender(scenario, phase)


def _stub(scenario: "Scenario") -> "Send":
    """Hands out the wanted replies without the framework."""
    from framework import Content

    async def send(_runtime: "AgentRuntime", _message: "Memory", callback: "Callback") -> None:
        for text in scenario.expect.replies:
            await callback(Content(text=text))

    return send


def _dropping(scenario: "Scenario", phase: "Phase") -> "Send":
    """Swallows what every second message is answered."""
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
            if fault == "crash":
                os.kill(os.getpid(), signal.SIGKILL)
            elif fault == "hang":
                await asyncio.Event().wait()
            else:
                os.write(events_fd, b"this is not an event\n")
        return await real(runtime, message, callback)

    return send


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
