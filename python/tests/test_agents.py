"""What each plugin of a user's agent does is found under its name."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from own_agents import FIXTURES, Installation

from eliza_bench.agents.load import LoadedAgent
from eliza_bench.cell import Cell, Session
from eliza_bench.contract import Contract
from eliza_bench.databases.in_memory import InMemory
from eliza_bench.failure import FrameworkError, InputError
from eliza_bench.iteration import framework_sender
from eliza_bench.live.agents import LiveAgents

Rows = list[dict[str, Any]]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    return Installation(tmp_path, monkeypatch)


def make_cell(contract: Contract, own: LoadedAgent, scenario: str = "single-message") -> Cell:
    session = Session(contract, InMemory(), framework_sender, 0, None, own)
    return Cell(session, contract.select([scenario])[0])


def verify(cell: Cell) -> dict[str, Any]:
    asyncio.run(cell.verify())
    return dict(cell.measurement["agent"])


def rows_of(rows: Any, plugin: str | None) -> Rows:
    return [row for row in rows if row["plugin"] == plugin]


def test_a_provider_has_its_time_and_its_characters(
    contract: Contract, installation: Installation
) -> None:
    own = installation.load(installation.add_fixture("spins"), installation.add_fixture("nothing"))
    cell = make_cell(contract, own)
    ledger = verify(cell)
    (work,) = rows_of(ledger["work"], "fixture-spins")
    assert work["part"] == {"kind": "provider", "name": "SPINS"}
    assert (work["runs"], work["textChars"]) == (1, 3000)
    assert work["prompts"] == [{"template": "messageHandler", "prompts": 1, "chars": 3000}]
    assert rows_of(ledger["work"], "fixture-nothing") == []
    assert [row["plugin"] for row in ledger["starts"]] == [
        "bootstrap",
        "fixture-spins",
        "fixture-nothing",
    ]
    asyncio.run(cell.iterate("observed"))
    record = cell.measurement["iterations"][-1]
    owners: Any = record["owners"]
    (spins,) = rows_of(owners, "fixture-spins")
    assert spins["selfNs"] >= 500_000
    assert sum(row["selfNs"] for row in owners) == sum(record["messageNs"])
    assert sum(row["selfNs"] for row in record["stages"] or []) == sum(record["messageNs"])


def test_a_cold_start_times_each_plugin(contract: Contract, installation: Installation) -> None:
    own = installation.load(installation.add_fixture("works-alone"))
    cell = make_cell(contract, own)
    asyncio.run(cell.run_cold())
    cold = cell.measurement["cold"]
    assert cold
    (start,) = rows_of(cold["plugins"], "fixture-works-alone")
    assert start["initNs"] is None
    assert [service["name"] for service in start["services"]] == ["works"]
    assert start["services"][0]["startNs"] > 0
    assert own.imports["plugins"][0]["importNs"]


def test_no_model_of_a_plugin_is_ever_asked(contract: Contract, installation: Installation) -> None:
    cell = make_cell(contract, installation.load(installation.add_fixture("is-a-model")))
    ledger = verify(cell)
    (work,) = [row for row in rows_of(ledger["work"], "fixture-is-a-model") if row["part"]]
    assert work["part"] == {"kind": "evaluator", "name": "ASKS"}
    assert work["errors"] == []
    # The last one is asked as a stream.
    assert sum(call["calls"] for call in work["modelCalls"]) == 3
    assert {call["template"] for call in work["modelCalls"]} == {"unmatched"}


def test_a_model_that_fails_was_asked(contract: Contract, installation: Installation) -> None:
    own = installation.load(installation.add_fixture("nothing"))
    ledger = verify(make_cell(contract, own, "failing-model"))
    assert sum(call["calls"] for call in ledger["prompts"]) > 0
    assert sum(call["promptChars"] for call in ledger["prompts"]) > 0


def test_what_goes_on_without_messages_is_seen(
    contract: Contract, installation: Installation
) -> None:
    name = installation.add_fixture("works-alone")
    ledger = verify(make_cell(contract, installation.load(name)))
    idle = ledger["idle"]
    turns = idle["watchedNs"] / 100e6
    (row,) = rows_of(idle["work"], name)
    assert row["part"] == {"kind": "service", "name": "works"}
    assert 0.5 * turns < row["timerRuns"] <= turns + 1
    assert 0.5 * turns < row["databaseCalls"] <= turns + 1
    assert row["timerNs"] > 0
    services = [row for row in rows_of(ledger["work"], name) if row["part"]["kind"] == "service"]
    assert [row["runs"] for row in services] == [1]


def test_a_plugin_that_does_not_load_is_named_with_its_own_error(
    contract: Contract, installation: Installation
) -> None:
    own = installation.load(
        installation.add_fixture("throws-at-import"),
        installation.add("exports-none", {"exports_none/__init__.py": "VALUE = 1\n"}),
        installation.add("ends-all", {"ends_all.py": "import sys\nsys.exit(3)\n"}),
        installation.add_fixture("nothing"),
    )
    failures = [row["failure"] for row in own.imports["plugins"]]
    found = [failure and (failure["phase"], failure["message"]) for failure in failures]
    assert found == [
        ("import", "throws-at-import raises when it is imported"),
        ("import", "it exports no plugin: no elizaos Plugin is in exports_none"),
        ("exit", "3"),
        None,
    ]
    assert [name for name, _ in own.plugins] == ["fixture-nothing"]
    verify(make_cell(contract, own))


def test_a_plugin_is_found_where_the_framework_looks_and_among_exports(
    installation: Installation,
) -> None:
    make = "from elizaos.types import Plugin\n{} = Plugin(name='{}', description='x')\n"
    own = installation.load(
        installation.add("documented", {"documented.py": make.format("plugin", "a")}),
        installation.add(
            "defaulted", {"defaulted.py": "default = dict(name='b', description='x')\n"}
        ),
        installation.add("exported", {"exported.py": make.format("my_plugin", "c")}),
        installation.add(
            "kept-inside",
            {
                "kept_inside/__init__.py": "",
                "kept_inside/plugin.py": make.format("inner", "d"),
                "tests/__init__.py": "raise RuntimeError('tests are not imported')\n",
            },
        ),
    )
    assert [plugin.name for _, plugin in own.plugins] == ["a", "b", "c", "d"]


def test_what_a_plugin_raises_in_a_message_counts_as_the_frameworks(
    contract: Contract, installation: Installation
) -> None:
    own = installation.load(installation.add_fixture("throws-in-provider"))
    for run in ("verify", "run_cold"):
        with pytest.raises(FrameworkError, match="raises in its provider"):
            asyncio.run(getattr(make_cell(contract, own), run)())


def test_a_plugin_that_was_never_there_cannot_be_left_out(installation: Installation) -> None:
    spins, nothing = installation.add_fixture("spins"), installation.add_fixture("nothing")
    left = installation.load(spins, nothing, without=[spins])
    assert [name for name, _ in left.plugins] == [nothing]
    with pytest.raises(InputError, match="no plugin fixture-spin that could be left out"):
        installation.load(spins, without=["fixture-spin"])


def test_a_character_is_read_in_the_form_of_either_framework(installation: Installation) -> None:
    own = installation.load(
        character={
            "name": "Both",
            "bio": "Says little.",
            "messageExamples": [[{"name": "a", "content": {"text": "hello"}}]],
            "settings": {"COLOUR": "red", "secrets": {"KEY": "none"}, "useMultiStep": False},
        }
    )
    assert list(own.character.bio) == ["Says little."]
    assert own.character.message_examples[0].examples[0].content.text == "hello"
    assert own.settings == {"COLOUR": "red"}
    with pytest.raises(FrameworkError, match="lore"):
        installation.load(character={"name": "Old", "lore": ["x"]})
    assert (FIXTURES / "characters/plain.json").exists()


def test_live_agents_have_the_plugins_too(contract: Contract, installation: Installation) -> None:
    own = installation.load(installation.add_fixture("is-a-model"))
    scenario = contract.select(["single-message"])[0]
    host = LiveAgents(contract, scenario, InMemory(), framework_sender, 0, own)

    async def answer() -> list[str]:
        await host.make(1)
        answered = await host.answer(0, 0, 0)
        await host.drop()
        return answered.replies

    assert len(asyncio.run(answer())) == 1
    assert host.model_calls["unmatched"] == 3
