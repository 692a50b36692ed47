"""Runs the harness as its users do: as its own process."""

import json
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

PYTHON_FOLDER = Path(__file__).resolve().parents[1]
SHARED = PYTHON_FOLDER.parent / "shared" / "contract"
BENCH = PYTHON_FOLDER / "src" / "bench.py"
FAULTY = PYTHON_FOLDER / "tests" / "faulty_harness.py"

TIMEOUT_S = 30


def copy_contract(folder: Path, **character: object) -> Path:
    """Copies the contract's files and changes fields of the character."""
    shutil.copytree(SHARED, folder)
    path = folder / "character.json"
    persona = json.loads(path.read_text())
    persona["character"].update(character)
    path.write_text(json.dumps(persona))
    return folder


def run(arguments: list[str | Path], program: Path = BENCH) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


def measure(shared: Path, output: Path, scenarios: str, *options: str) -> dict[str, dict[str, Any]]:
    """Runs the harness in batch mode and returns the cells by scenario."""
    finished = run(["--shared", shared, "--scenarios", scenarios, "--output", output, *options])
    assert finished.returncode in {0, 3}, finished.stderr
    return {cell["scenario"]: cell for cell in json.loads(output.read_text())["cells"]}


class LiveProcess:
    """A harness that takes commands. The tests give them as the orchestrator does."""

    def __init__(
        self,
        *options: str,
        shared: Path = SHARED,
        program: Path = BENCH,
        python_path: Path | None = None,
        mode: str = "--live",
    ) -> None:
        reading, writing = os.pipe()
        events = ("--events-fd", str(writing))
        self.process = subprocess.Popen(
            [sys.executable, str(program), mode, "--shared", str(shared), *events, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[writing],
            env={**os.environ, "PYTHONPATH": str(python_path or "")},
        )
        os.close(writing)
        self._events = os.fdopen(reading, encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
        self._events.close()

    def event_line(self) -> str:
        """Returns the next line of the events channel, or an empty text at its end."""
        return self._events.readline()

    def is_silent(self, seconds: float) -> bool:
        """Returns whether no event comes for so many seconds."""
        return select.select([self._events], [], [], seconds)[0] == []

    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.event_line())
        return event

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def command(self, cmd: str, **more: object) -> dict[str, Any]:
        self.tell(json.dumps({"cmd": cmd, **more}))
        return self.event()

    def end(self) -> tuple[int, str]:
        """Closes its standard input and waits. Returns exit status and standard error."""
        _, errors = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, errors


class WorkerProcess(LiveProcess):
    """A harness in worker mode."""

    def __init__(
        self,
        shared: Path,
        output: Path,
        scenario: str,
        *options: str,
        program: Path = BENCH,
        python_path: Path | None = None,
    ) -> None:
        self.output = output
        own = ("--scenario", scenario, "--output", str(output), *options)
        super().__init__(
            *own, shared=shared, program=program, python_path=python_path, mode="--worker"
        )

    def cell(self) -> dict[str, Any]:
        cell: dict[str, Any] = json.loads(self.output.read_text())["cells"][0]
        return cell
