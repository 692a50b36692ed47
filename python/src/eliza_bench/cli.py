"""Reads the command line and checks it."""

import argparse
import math
from pathlib import Path
from typing import NoReturn

from eliza_bench.contract import CONTRACT_FOLDER
from eliza_bench.databases.choice import CHOICES, DatabaseName
from eliza_bench.failure import InputError

EVENT_LOOPS = ("asyncio", "uvloop")
LIVE_SCENARIO = "single-message"


class Options(argparse.Namespace):
    scenarios: list[str] | None
    worker: bool
    live: bool
    empty: bool
    scenario: str | None
    output: Path
    """None in live mode."""
    iterations: int | None
    warmup: int | None
    observe: int
    model_delay_ms: float
    seed: int
    verify: bool
    shared: Path
    scenario_file: Path | None
    box_ms: int | None
    events_fd: int
    event_loop: str
    database: DatabaseName
    agent: Path | None
    without: list[str]
    trial: bool

    @property
    def scenario_ids(self) -> list[str]:
        if self.live and self.scenario is None:
            return [LIVE_SCENARIO]
        return [self.scenario] if self.scenario is not None else self.scenarios or []


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; see --help")


def parse_options(arguments: list[str]) -> Options:
    """Raises InputError for a wrong command line."""
    parser = _Parser(
        prog="bench.py", description="Measures the Python Eliza runtime with a mock model."
    )
    add = parser.add_argument
    add(
        "--scenarios",
        type=_ids,
        metavar="IDS",
        help="scenarios to run one after another: ids with commas, or all",
    )
    add("--worker", action="store_true", help="take commands on standard input, for one scenario")
    add("--live", action="store_true", help="hold agents alive, and handle messages as they come")
    add("--scenario", metavar="ID", help="the scenario of a worker, or the one that shapes agents")
    add("--output", type=Path, metavar="FILE", help="where the measurement file goes")
    add("--empty", action="store_true", help="with --live: answer without any agent")
    add(
        "--iterations",
        type=_whole,
        metavar="N",
        help="plain iterations; default: the scenario's own",
    )
    add(
        "--warmup", type=_whole, metavar="N", help="warm-up iterations; default: the scenario's own"
    )
    add(
        "--observe",
        type=_whole,
        default=0,
        metavar="N",
        help="observed iterations after the plain ones",
    )
    add(
        "--model-delay-ms",
        type=_delay,
        default=0,
        metavar="MS",
        help="the mock model's delay before a text answer",
    )
    add("--seed", type=_whole, default=1, metavar="N", help="recorded in the measurement file")
    add("--verify", action="store_true", help="one verification iteration before each scenario")
    add(
        "--shared",
        type=Path,
        default=CONTRACT_FOLDER,
        metavar="DIR",
        help="the folder of the contract files",
    )
    add("--scenario-file", type=Path, metavar="FILE", help="scenarios from this file instead")
    add("--box-ms", type=_box, metavar="N", help="overrides the time box of database operations")
    add(
        "--events-fd",
        type=_whole,
        default=3,
        metavar="FD",
        help="the descriptor of events",
    )
    add("--event-loop", choices=EVENT_LOOPS, default="asyncio", help="what runs the coroutines")
    add("--database", choices=CHOICES, default="in-memory", help="what the agents are stored in")
    add("--agent", type=Path, metavar="FILE", help="the manifest of a user's own agent")
    add(
        "--without",
        type=_ids,
        default=[],
        metavar="NAMES",
        help="plugins of that agent that are not loaded, with commas",
    )
    add("--trial", action="store_true", help="try that agent, and measure nothing")
    options = parser.parse_args(arguments, namespace=Options())
    _check(options)
    return options


def _check(options: Options) -> None:
    if options.empty and not options.live:
        raise InputError("--empty goes with --live")
    if options.agent is None and (options.trial or options.without):
        raise InputError("--trial and --without go with --agent")
    if options.live:
        if options.worker or options.scenarios is not None or options.output is not None:
            raise InputError(
                "--live writes no file: give neither --worker nor --scenarios nor --output"
            )
        return
    if options.worker and (options.scenario is None or options.scenarios is not None):
        raise InputError("--worker measures one scenario: give --scenario ID and no --scenarios")
    if not options.worker and options.scenario is not None:
        raise InputError("--scenario is for --worker: use --scenarios in batch mode")
    if options.output is None:
        raise InputError("no --output: name the measurement file")
    if not options.scenario_ids:
        raise InputError("no scenarios: give --scenarios with ids or all")
    if options.output.is_dir():
        raise InputError(f"--output {options.output} is a folder; name a file")
    if not options.output.parent.is_dir():
        raise InputError(
            f"the folder of --output, {options.output.parent}, does not exist; create it"
        )


def _ids(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def _box(text: str) -> int:
    number = _whole(text)
    if number == 0:
        raise argparse.ArgumentTypeError("a time box needs at least 1 ms")
    return number


def _delay(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of milliseconds from 0")
    return number
