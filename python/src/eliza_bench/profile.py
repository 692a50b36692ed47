"""Takes a CPU profile of a scenario with pyinstrument, as a speedscope file.

It needs an environment with requirements-tools.lock. It samples the messages, or the database's
operations, without construction, seeding and teardown.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pyinstrument
from pyinstrument.renderers import SpeedscopeRenderer

from eliza_bench.cell import Cell, Session
from eliza_bench.contract import CONTRACT_FOLDER, Contract
from eliza_bench.databases.in_memory import InMemory
from eliza_bench.failure import FrameworkError, InputError
from eliza_bench.iteration import framework_sender

_INTERVAL_S = 0.001
# The renderer shows a frame's own time as a call of this name.
_SELF = "[self]"
_WARMUP = 3
_BROKEN, _BAD_INPUT, _UNSUPPORTED = 1, 2, 3


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Takes a CPU profile of a scenario, for speedscope."
    )
    parser.add_argument("--scenario", required=True, metavar="ID")
    parser.add_argument(
        "--iterations",
        type=int,
        default=20,
        metavar="N",
        help="after the warm-up; default: 20",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="where the profile goes"
    )
    parser.add_argument(
        "--shared",
        type=Path,
        default=CONTRACT_FOLDER,
        metavar="DIR",
        help="the folder of the contract files",
    )
    options = parser.parse_args()
    try:
        if options.iterations < 1:
            raise InputError("--iterations: at least 1")
        contract = Contract.read(options.shared)
        session = Session(contract, InMemory(), framework_sender, 0, None)
        cell = Cell(session, contract.select([options.scenario])[0])
        profiler = asyncio.run(_profile(cell, options.iterations))
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return _BAD_INPUT
    except FrameworkError as error:
        print(f"error: {options.scenario} is unsupported: {error}", file=sys.stderr)
        return _UNSUPPORTED
    session = profiler.last_session
    if session is None or not session.frame_records:
        print("error: no samples: profile more iterations", file=sys.stderr)
        return _BROKEN
    options.output.write_text(json.dumps(_speedscope(profiler)), encoding="utf-8")
    print(f"{options.output}: {options.iterations} iterations, {session.sample_count} samples")
    return 0


async def _profile(cell: Cell, iterations: int) -> pyinstrument.Profiler:
    profiler = pyinstrument.Profiler(interval=_INTERVAL_S)
    for _ in range(_WARMUP):
        await cell.iterate("warmup")
    for _ in range(iterations):
        iteration = await cell.begin("control")
        with profiler:
            await iteration.run()
        await cell.end(iteration, "control")
    return profiler


def _speedscope(profiler: pyinstrument.Profiler) -> dict[str, Any]:
    """Returns the profile with a frame's own time in the frame itself."""
    document: dict[str, Any] = json.loads(profiler.output(SpeedscopeRenderer(show_all=True)))
    frames = document["shared"]["frames"]
    for profile in document["profiles"]:
        profile["events"] = [
            event for event in profile["events"] if frames[event["frame"]]["name"] != _SELF
        ]
    return document
