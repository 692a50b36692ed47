"""Memory and pauses agree with what the system and Python report."""

import gc
import resource
from pathlib import Path
from typing import Any

import pytest
from workbench import iterate, make_cell

from eliza_bench.clocks import heap_bytes
from eliza_bench.collector import Collector, unnoticed
from eliza_bench.contract import Contract, Scenario
from eliza_bench.iteration import Send, framework_sender

MIB = 1 << 20


def collections() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


def test_collections_of_the_plain_phase_agree_with_pythons_own_count(
    contract: Contract, conversation: Scenario
) -> None:
    cell = make_cell(contract, conversation)
    iterate(cell, "warmup")
    assert gc.callbacks.count(cell._collector._record) == 0
    before = collections()
    iterate(cell, *["plain"] * 6)
    cell.end_plain_phase()
    counted = cell.measurement["resources"]["gc"]
    assert counted
    assert counted["collections"] == collections() - before > 0
    assert 0 < counted["maxPauseNs"] <= counted["totalPauseNs"]
    iterate(cell, "observed", "control")
    assert cell.measurement["resources"]["gc"] == counted
    assert gc.callbacks.count(cell._collector._record) == 0


def test_a_cell_without_plain_iterations_has_neither_collections_nor_heap(
    contract: Contract, conversation: Scenario
) -> None:
    cell = make_cell(contract, conversation)
    iterate(cell, "warmup", "control")
    cell.end_plain_phase()
    resources = cell.measurement["resources"]
    assert (resources["gc"], resources["heapBytes"], resources["rssPeakBytes"]) == (
        None,
        None,
        None,
    )


def test_no_collection_is_no_pause() -> None:
    collector = Collector()
    gc.collect()
    collector.watch()
    assert collector.stop() == {"collections": 0, "totalPauseNs": 0, "maxPauseNs": 0}


def test_pauses_are_those_between_a_collections_start_and_stop() -> None:
    collector = Collector()
    collector.watch()
    gc.collect(0)
    gc.collect(2)
    counted = collector.stop()
    gc.collect()
    assert counted["collections"] == 2
    assert counted["maxPauseNs"] < counted["totalPauseNs"] < 2 * counted["maxPauseNs"]


def test_unnoticed_allocations_leave_the_next_collection_where_it_was() -> None:
    thresholds = gc.get_threshold()
    gc.collect()
    before = collections()
    with unnoticed:
        kept: list[Any] = [[] for _ in range(3 * thresholds[0])]
    more = [[] for _ in range(thresholds[0] // 2)]
    assert collections() == before
    more += [[] for _ in range(thresholds[0])]
    assert collections() > before
    assert gc.get_threshold() == thresholds
    assert gc.isenabled()
    assert kept
    assert more


def test_the_peak_is_the_kernels_maximum_even_of_memory_that_was_freed(
    contract: Contract, conversation: Scenario
) -> None:
    def hungry(*_: object) -> Send:
        real = framework_sender(conversation, "plain")

        async def send(*arguments: Any) -> Any:
            assert bytearray(b"x") * (128 * MIB)
            return await real(*arguments)

        return send

    cell = make_cell(contract, conversation, hungry)
    iterate(cell, "plain")
    resources = cell.measurement["resources"]
    peak = resources["rssPeakBytes"]
    start, end = resources["rssStartBytes"], resources["rssEndBytes"]
    assert peak
    assert start
    assert end
    assert end < start + 64 * MIB
    assert peak > start + 120 * MIB
    assert abs(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - peak) < 0.02 * peak


def test_the_heap_is_what_pythons_allocator_has_and_nothing_is_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = heap_bytes()
    kept = [float(index) for index in range(1_000_000)]
    after = heap_bytes()
    assert before is not None
    assert after is not None
    # A float takes 24 bytes, in steps of 16; the list itself is not a small object.
    assert 20 * MIB < after - before < 48 * MIB
    assert kept
    assert capfd.readouterr() == ("", "")
    assert Path("/proc/self/fd/2").exists()
