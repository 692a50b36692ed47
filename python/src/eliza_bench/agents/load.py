"""Imports a user's agent: its character and its plugins, one after another, each timed."""

import json
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from eliza_bench.agent_records import PluginFailure, PluginImports, PluginPhase
from eliza_bench.agents.character import read_character, read_settings
from eliza_bench.agents.plugin_export import import_plugin, list_modules
from eliza_bench.clocks import now_ns
from eliza_bench.failure import InputError, blame_framework_for, framework_calls
from eliza_bench.framework import Character, Plugin


class LoadedPlugin(NamedTuple):
    name: str
    """The name of its package, by which reports call it."""
    plugin: Plugin


class ImportListener:
    """Only a trial listens."""

    def importing(self, name: str) -> None:
        """Called before a plugin is imported."""

    def imported(self, name: str, failure: PluginFailure | None) -> None:
        """Called when it was."""


@dataclass(frozen=True)
class LoadedAgent:
    character: Character
    settings: dict[str, Any]
    plugins: Sequence[LoadedPlugin]
    imports: PluginImports

    def make_character(self) -> Character:
        """Makes a character that belongs to one runtime."""
        made = Character()
        made.CopyFrom(self.character)
        return made


def load_agent(
    path: Path, without: Sequence[str], listener: ImportListener | None = None
) -> LoadedAgent:
    """Reads an agent's manifest and imports its plugins, but for those `without`.

    Raises InputError if there is no manifest or no such plugin, FrameworkError if the framework
    refuses the character.
    """
    manifest = _read_manifest(path)
    known = [plugin["name"] for plugin in manifest["plugins"]]
    _refuse_unknown(without, known)
    imports: PluginImports = {"entryNs": None, "plugins": []}
    plugins: list[LoadedPlugin] = []
    for entry in manifest["plugins"]:
        name = entry["name"]
        if name in without:
            continue
        plugin = _load_plugin(name, entry.get("failure"), imports, listener or ImportListener())
        if plugin is not None:
            plugins.append(LoadedPlugin(name, plugin))
    with framework_calls():
        character = read_character(manifest["character"])
    return LoadedAgent(character, read_settings(manifest["character"]), plugins, imports)


def describe_failure(error: BaseException, phase: PluginPhase) -> PluginFailure:
    return {
        "phase": phase,
        "type": type(error).__name__,
        "message": str(error),
        "stack": "".join(traceback.format_exception(error)),
    }


def _load_plugin(
    name: str,
    not_installed: PluginFailure | None,
    imports: PluginImports,
    listener: ImportListener,
) -> Plugin | None:
    """Returns None where it cannot be loaded: its own error is kept."""
    listener.importing(name)
    plugin, import_ns, failure = None, None, not_installed
    if failure is None:
        try:
            modules = list_modules(name)
            blame_framework_for(modules)
            started = now_ns()
            plugin = import_plugin(modules)
            import_ns = now_ns() - started
        except SystemExit as error:
            failure = describe_failure(error, "exit")
        # Whatever a module raises is its own.
        except Exception as error:  # noqa: BLE001
            failure = describe_failure(error, "import")
    imports["plugins"].append({"name": name, "importNs": import_ns, "failure": failure})
    listener.imported(name, failure)
    return plugin


def _read_manifest(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the agent's manifest {path}: {error}") from error


def _refuse_unknown(without: Sequence[str], known: Sequence[str]) -> None:
    """Refuses to leave out a plugin that was never there: all figures would be misread."""
    for name in without:
        if name not in known:
            raise InputError(
                f"the agent has no plugin {name} that could be left out: "
                f"it has {', '.join(known) or 'none'}"
            )
