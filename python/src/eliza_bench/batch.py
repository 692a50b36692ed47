"""Batch mode: measures one scenario after another in one process."""

from eliza_bench.cell import Cell
from eliza_bench.cli import Options
from eliza_bench.failure import FrameworkError
from eliza_bench.measurement import CellMeasurement, IterationPhase


async def measure_all(cells: list[Cell], options: Options) -> list[CellMeasurement]:
    """Measures every cell. A framework error ends its own cell only."""
    for position, cell in enumerate(cells):
        await _measure(cell, options, first=position == 0)
        print(_summary(cell.measurement), flush=True)
    return [cell.measurement for cell in cells]


async def _measure(cell: Cell, options: Options, *, first: bool) -> None:
    scenario = cell.scenario
    phases: list[tuple[IterationPhase, int]] = [
        ("warmup", scenario.warmup if options.warmup is None else options.warmup),
        ("plain", scenario.iterations if options.iterations is None else options.iterations),
        ("observed", options.observe),
    ]
    doing = "cold"
    try:
        # Only the first runtime of a process is cold.
        if first:
            await cell.run_cold()
        if options.verify:
            doing = "verify"
            await cell.verify()
        for phase, iterations in phases:
            doing = phase
            for _ in range(iterations):
                await cell.iterate(phase)
        cell.end_plain_phase()
    except FrameworkError as error:
        cell.fail(doing, error)


def _summary(cell: CellMeasurement) -> str:
    if cell["failure"]:
        failure = cell["failure"]
        return f"{cell['scenario']}: unsupported, {failure['type']}: {failure['message']}"
    plain = [record for record in cell["iterations"] if record["phase"] == "plain"]
    messages = sum(len(record["messageNs"]) for record in plain)
    wall_ms = sum(record["wallNs"] for record in plain) / 1e6
    return (
        f"{cell['scenario']}: {len(plain)} plain iterations, {messages} messages, {wall_ms:.1f} ms"
    )
