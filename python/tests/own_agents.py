"""Loads agents with plugins of the fixtures, as if pip had installed them."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eliza_bench.agents.load import ImportListener, LoadedAgent, load_agent

FIXTURES = Path(__file__).resolve().parents[2] / "tests/fixtures/agents"


class Installation:
    """A folder that stands for the environment's packages."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        monkeypatch.syspath_prepend(str(folder))

    def add_fixture(self, name: str) -> str:
        """Adds a plugin of the fixtures. Returns the name of its package."""
        (module,) = (FIXTURES / "python-plugins" / name).glob("*.py")
        return self.add(f"fixture-{name}", {module.name: module.read_text(encoding="utf-8")})

    def add(self, package: str, files: dict[str, str]) -> str:
        for path, text in files.items():
            file = self._folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        info = self._folder / f"{package.replace('-', '_')}-1.0.0.dist-info"
        shutil.rmtree(info, ignore_errors=True)
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        record = "".join(f"{path},,\n" for path in files)
        (info / "RECORD").write_text(record, encoding="utf-8")
        return package

    def load(
        self,
        *packages: str,
        without: Sequence[str] = (),
        character: dict[str, Any] | None = None,
        listener: ImportListener | None = None,
    ) -> LoadedAgent:
        manifest = {
            "character": character or {"name": "Plain", "bio": "Says little."},
            "plugins": [{"name": name, "version": "1.0.0"} for name in packages],
        }
        path = self._folder / "agent.json"
        path.write_text(json.dumps(manifest), encoding="utf-8")
        return load_agent(path, without, listener)
