"""Runs the harness: reads the command line and the contract, measures and writes the file."""

import importlib
import importlib.util
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from eliza_bench.cli import Options, parse_options
from eliza_bench.clocks import now_ns, rss_bytes
from eliza_bench.contract import Contract, Scenario
from eliza_bench.databases.choice import CHOICES, Choice, open_database
from eliza_bench.databases.postgres_url import read_url
from eliza_bench.event_loop import check_loop, open_loop
from eliza_bench.failure import FrameworkError, InputError, framework_calls
from eliza_bench.measurement import (
    CellMeasurement,
    Failure,
    MeasurementFile,
    Versions,
    make_empty_cell,
    mark_failed,
    write_measurement,
)
from eliza_bench.protocol import Events, UnfinishedError, read_command

if TYPE_CHECKING:
    # A module that imports the framework must not be loaded before that import is timed.
    from eliza_bench.agents.load import LoadedAgent
    from eliza_bench.agents.trial import Trial
    from eliza_bench.databases.database import Database
    from eliza_bench.iteration import SenderFor
    from eliza_bench.live.host import Host

MEASURED, BROKEN, BAD_INPUT, UNSUPPORTED = 0, 1, 2, 3


def main(arguments: list[str], sender_for: "SenderFor | None" = None) -> int:
    """Runs the harness and returns its exit status. Raises the harness's own errors.

    `sender_for` replaces the framework's own entry point. Only the benchmark's tests give one.
    """
    try:
        options = parse_options(arguments)
        url = read_url(os.environ) if options.database == "postgres" else None
        contract = Contract.read(options.shared, options.scenario_file)
        scenarios = [
            _apply_box(scenario, options.box_ms)
            for scenario in contract.select(options.scenario_ids)
        ]
        if options.live:
            return _run_live(options, contract, scenarios[0], sender_for, url)
        events = Events(options.events_fd) if options.worker else None
        if options.trial:
            return _run_trial(options, contract, scenarios[0], events or Events(options.events_fd))
        return _run(options, contract, scenarios, events, sender_for, url)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT
    except UnfinishedError as error:
        print(f"error: {error}", file=sys.stderr)
        return BROKEN


def _run(
    options: Options,
    contract: Contract,
    scenarios: list[Scenario],
    events: Events | None,
    sender_for: "SenderFor | None",
    url: str | None,
) -> int:
    choice = CHOICES[options.database]
    import_ns, failure = _import_framework(choice)
    from eliza_bench.versions import read_versions

    check_loop(options.event_loop)
    own, failure = (None, failure) if failure else _load_agent(options)
    if failure:
        measured_versions = read_versions(options.event_loop, choice.version())
        cells = _fail_all(scenarios, failure, events)
    else:
        with open_loop(options.event_loop, closes=own is None) as runner:
            database = runner.run(open_database(url))
            measured_versions = read_versions(options.event_loop, database.describe())
            cells = runner.run(
                _measure(
                    options,
                    contract,
                    database,
                    scenarios,
                    events,
                    sender_for,
                    import_ns,
                    measured_versions,
                    own,
                )
            )
            runner.run(database.close())
    measurement: MeasurementFile = {
        "schemaVersion": 2,
        "kind": "measurement",
        "runtime": "python",
        "versions": measured_versions,
        "modelDelayMs": options.model_delay_ms,
        "seed": options.seed,
        "importNs": import_ns,
        "cells": cells,
    }
    if own:
        measurement["agent"] = own.imports
    write_measurement(options.output, measurement)
    if events:
        events.send_finished()
    return UNSUPPORTED if any(cell["failure"] for cell in cells) else MEASURED


def _run_live(
    options: Options,
    contract: Contract,
    scenario: Scenario,
    sender_for: "SenderFor | None",
    url: str | None,
) -> int:
    from eliza_bench.live.empty import EmptyHost
    from eliza_bench.live.events import LiveEvents
    from eliza_bench.live.live import Live

    events = LiveEvents(options.events_fd)
    choice = CHOICES[options.database]
    import_ns, failure = (0, None) if options.empty else _import_framework(choice)
    from eliza_bench.versions import read_versions

    database: Database | None = None
    host: Host = EmptyHost(contract.responses, scenario)
    own, failure = (None, failure) if failure or options.empty else _load_agent(options)
    measured_versions = read_versions(options.event_loop, choice.version())
    with open_loop(options.event_loop, closes=own is None) as runner:
        if not options.empty and not failure:
            from eliza_bench.iteration import framework_sender
            from eliza_bench.live.agents import LiveAgents

            database = runner.run(open_database(url))
            measured_versions = read_versions(options.event_loop, database.describe())
            host = LiveAgents(
                contract,
                scenario,
                database,
                sender_for or framework_sender,
                options.model_delay_ms,
                own,
            )
        if failure:
            events.send_failed("start", failure)
        else:
            events.send_ready(import_ns, measured_versions)
        failed = runner.run(Live(host, events, failed=failure is not None).serve())
        if database:
            runner.run(database.close())
    events.send_finished()
    return UNSUPPORTED if failed else MEASURED


def _run_trial(options: Options, contract: Contract, scenario: Scenario, events: Events) -> int:
    choice = CHOICES[options.database]
    _, failure = _import_framework(choice)
    from eliza_bench.agents.models import OTHER_ANSWER
    from eliza_bench.agents.trial import Trial
    from eliza_bench.iteration import Iteration, framework_sender
    from eliza_bench.messages import MessagePlan
    from eliza_bench.mock_llm_plugin import Answers

    if failure:
        events.send_trial({"event": "failed", "plugin": None, "failure": failure})
        return UNSUPPORTED
    trial = Trial(events)
    own, failure = _load_agent(options, trial)
    if own is None:
        events.send_trial({"event": "failed", "plugin": None, "failure": failure})
        return UNSUPPORTED
    answers = Answers(contract.responses, scenario.config.answers, 0, other_answer=OTHER_ANSWER)
    send = framework_sender(scenario, "verify")

    async def try_agent() -> None:
        database = await open_database(None)
        await trial.run(
            lambda instrument: Iteration.open(
                database,
                contract,
                scenario,
                MessagePlan.of(scenario),
                answers,
                send,
                1,
                instrument,
                own=own,
            )
        )

    try:
        with open_loop(options.event_loop, closes=False) as runner:
            runner.run(try_agent())
    # A plugin ends the process.
    except SystemExit as error:
        trial.blame(error, "exit")
    trial.finish()
    return MEASURED


def _load_agent(
    options: Options, trial: "Trial | None" = None
) -> "tuple[LoadedAgent | None, Failure | None]":
    """Returns a user's agent, or the error that the framework raised. Both None: there is none."""
    if options.agent is None:
        return None, None
    from eliza_bench.agents.load import load_agent

    try:
        return load_agent(options.agent, options.without, trial), None
    except FrameworkError as error:
        return None, error.during("import")


def _import_framework(choice: Choice) -> tuple[int, Failure | None]:
    """Returns the nanoseconds that the import took, and the framework's error if it raised one.

    Raises InputError if a package is not installed.
    """
    if importlib.util.find_spec("elizaos") is None:
        raise InputError(
            f"the package elizaos is not installed for {sys.executable}; "
            "./run.sh sets up python/.venv"
        )
    choice.check_installed()
    started = now_ns()
    try:
        with framework_calls():
            from eliza_bench import framework  # noqa: F401

            choice.import_modules()
    except FrameworkError as error:
        return now_ns() - started, error.during("import")
    return now_ns() - started, None


async def _measure(
    options: Options,
    contract: Contract,
    database: "Database",
    scenarios: list[Scenario],
    events: Events | None,
    sender_for: "SenderFor | None",
    import_ns: int,
    measured_versions: Versions,
    own: "LoadedAgent | None",
) -> list[CellMeasurement]:
    from eliza_bench.batch import measure_all
    from eliza_bench.cell import Cell, Session
    from eliza_bench.iteration import framework_sender
    from eliza_bench.worker import Worker

    session = Session(
        contract, database, sender_for or framework_sender, options.model_delay_ms, rss_bytes(), own
    )
    cells = [Cell(session, scenario) for scenario in scenarios]
    if events is None:
        return await measure_all(cells, options)
    events.send_ready(import_ns, measured_versions)
    return [await Worker(cells[0], events).serve()]


def _fail_all(
    scenarios: list[Scenario], failure: Failure, events: Events | None
) -> list[CellMeasurement]:
    """Returns the cells of a framework that cannot be imported.

    A worker reports the failure and waits for `finish`.
    """
    cells = [make_empty_cell(scenario.id, None) for scenario in scenarios]
    for cell in cells:
        mark_failed(cell, failure)
    if events is None:
        print(f"import: unsupported, {failure['type']}: {failure['message']}")
        return cells
    events.send_failed("start", failure)
    command, _ = read_command()
    if command != "finish":
        raise InputError(
            f"`{command}`: the framework could not be imported: only `finish` may follow"
        )
    return cells


def _apply_box(scenario: Scenario, box_ms: int | None) -> Scenario:
    if scenario.database is None or box_ms is None:
        return scenario
    return replace(scenario, database=replace(scenario.database, box_ms=box_ms))
