import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import SHARED, copy_contract, run

from eliza_bench.contract import Contract
from eliza_bench.failure import InputError


def write_scenario_file(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Writes the contract's scenarios with a change to the first one."""
    document = json.loads((SHARED / "scenarios.json").read_text())
    change(document["scenarios"][0])
    path = folder / "scenarios.json"
    path.write_text(json.dumps(document))
    return path


CHANGES: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("a missing field", lambda it: it.pop("kind"), "scenarios[0] has no field 'kind'"),
    (
        "an unknown field",
        lambda it: it.update(speed=1),
        "scenarios[0] has an unknown field 'speed'",
    ),
    (
        "a text for a number",
        lambda it: it.update(warmup="3"),
        "scenarios[0].warmup is '3'; give a whole number",
    ),
    ("a negative number", lambda it: it.update(warmup=-1), "scenarios[0].warmup is -1"),
    ("true for a number", lambda it: it.update(warmup=True), "scenarios[0].warmup is True"),
    (
        "a number for a flag",
        lambda it: it["config"].update(multiStep=0),
        "config.multiStep is 0; give true or false",
    ),
    (
        "an unknown delivery",
        lambda it: it["config"].update(delivery="x"),
        "give one of sequential, conversation",
    ),
    ("no messages", lambda it: it.update(messages=[]), "single-message has no message"),
    (
        "no database",
        lambda it: it.update(kind="database-read"),
        "`database` goes with database kinds only",
    ),
]


@pytest.mark.parametrize(
    ("change", "problem"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_a_wrong_scenario_file_is_refused_by_the_name_of_the_field(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], problem: str
) -> None:
    with pytest.raises(InputError) as refused:
        Contract.read(SHARED, write_scenario_file(tmp_path, change))
    assert problem in str(refused.value)


@pytest.mark.parametrize("name", ["scenarios.json", "character.json", "mock-responses.json"])
def test_a_file_of_another_schema_version_is_refused(tmp_path: Path, name: str) -> None:
    folder = copy_contract(tmp_path / "contract")
    document = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps({**document, "schemaVersion": 1}))
    with pytest.raises(InputError, match=f"{name}.schemaVersion is 1; give one of 2"):
        Contract.read(folder)


def test_every_scenario_of_the_contract_is_read(contract: Contract) -> None:
    listed = json.loads((SHARED / "scenarios.json").read_text())["scenarios"]
    assert [scenario.id for scenario in contract.select(["all"])] == [
        scenario["id"] for scenario in listed
    ]


BAD_INPUT = [
    (["--scenarios", "nothing"], "unknown scenario 'nothing'; choose from single-message"),
    (["--scenarios", "all", "--shared", "nowhere"], "cannot be read"),
    (["--scenarios", "all", "--iterations", "-1"], "not a whole number"),
    (["--scenarios", "all", "--model-delay-ms", "inf"], "not a number of milliseconds"),
    (["--scenarios", "all", "--box-ms", "0"], "at least 1 ms"),
    (["--scenarios", "all", "--fast"], "unrecognized arguments: --fast"),
    (["--worker", "--scenarios", "all"], "give --scenario ID"),
    (["--scenario", "single-message"], "use --scenarios in batch mode"),
    (
        ["--worker", "--scenario", "single-message", "--events-fd", "77"],
        "descriptor 77 is not open",
    ),
    ([], "no scenarios"),
]


@pytest.mark.parametrize(("arguments", "problem"), BAD_INPUT)
def test_bad_input_is_one_line_on_standard_error_and_exit_status_2(
    tmp_path: Path, arguments: list[str], problem: str
) -> None:
    output = tmp_path / "out.json"
    refused = run([*arguments, "--output", output])
    assert refused.returncode == 2
    assert problem in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not output.exists()


def test_an_answer_that_the_mock_does_not_have_is_bad_input(tmp_path: Path) -> None:
    path = write_scenario_file(tmp_path, lambda it: it["config"].update(answers={"reply": "rude"}))
    scenario = ["--scenarios", "single-message", "--scenario-file", path]
    refused = run([*scenario, "--output", tmp_path / "out.json"])
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "template 'reply' has no answer 'rude'" in refused.stderr
