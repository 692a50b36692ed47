"""A trial names the plugin that fails, with its own error."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from own_agents import Installation

BENCH = Path(__file__).resolve().parents[1] / "src/bench.py"


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    return Installation(tmp_path, monkeypatch)


def try_agent(folder: Path) -> list[dict[str, Any]]:
    """Runs a trial of its own process, and returns what it tells."""
    read, write = os.pipe()
    words = ["--agent", str(folder / "agent.json"), "--trial", "--worker"]
    more = ["--scenario", "single-message", "--output", str(folder / "x.json")]
    try:
        subprocess.run(
            [sys.executable, str(BENCH), *words, *more, "--events-fd", str(write)],
            pass_fds=[write],
            env={**os.environ, "PYTHONPATH": str(folder)},
            check=False,
            timeout=60,
        )
    finally:
        os.close(write)
    with os.fdopen(read, encoding="utf-8") as events:
        return [json.loads(line) for line in events]


@pytest.mark.parametrize(
    ("name", "phase", "message"),
    [
        ("throws-at-import", "import", "throws-at-import raises when it is imported"),
        ("throws-at-init", "init", "throws-at-init raises in its init"),
        ("throws-in-provider", "message", "throws-in-provider raises in its provider"),
        ("exits-at-init", "exit", "it ended the process with status 7"),
        ("exits-at-once", "exit", "it ended the process with status 9"),
    ],
)
def test_what_fails_is_named(
    installation: Installation, tmp_path: Path, name: str, phase: str, message: str
) -> None:
    # None of it is loaded here.
    installation.load(
        installation.add_fixture("nothing"),
        installation.add_fixture(name),
        without=["fixture-nothing", f"fixture-{name}"],
    )
    events = try_agent(tmp_path)
    failed = [event for event in events if event["event"] == "failed"]
    assert [
        (one["plugin"], one["failure"]["phase"], one["failure"]["message"]) for one in failed
    ] == [(f"fixture-{name}", phase, message)]
    # Who ends the process is told before it ends.
    assert events[-1]["event"] == ("failed" if name == "exits-at-once" else "tried")


def test_an_agent_that_answers_is_tried_to_the_end(
    installation: Installation, tmp_path: Path
) -> None:
    name = installation.add_fixture("works-alone")
    installation.load(name, without=[name])
    events = try_agent(tmp_path)
    assert events[-1] == {"event": "tried"}
    phases = [event["phase"] for event in events if event.get("plugin") == name]
    assert phases == ["import", "import", "init", "service", "service", "init"]
