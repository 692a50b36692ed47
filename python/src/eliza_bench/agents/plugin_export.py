"""Imports the modules of an installed plugin, and finds what they export as a plugin."""

import importlib
import importlib.util
import re
from importlib import metadata
from types import ModuleType

from eliza_bench.framework import Plugin

_DOCUMENTED = ("plugin", "default")
"""The framework's own loader looks for these."""


class NoPluginError(Exception):
    """Nothing that was imported is a plugin."""


def list_modules(distribution: str) -> list[str]:
    """Names the packages and modules that a distribution has installed.

    That of its own name comes first, and is then the only one. Raises PackageNotFoundError.
    """
    files = metadata.distribution(distribution).files or []
    tops = {
        file.parts[0].removesuffix(".py")
        for file in files
        if file.suffix == ".py" and ".." not in file.parts
    }
    own = re.sub(r"[-_.]+", "_", distribution).lower()
    return [own] if own in tops else sorted(name for name in tops if name.isidentifier())


def import_plugin(modules: list[str]) -> Plugin:
    """Imports them up to the first one that exports a plugin. Raises whatever an import raises.

    Raises NoPluginError if none does.
    """
    for name in modules:
        module = importlib.import_module(name)
        plugin = find_plugin(module)
        # A package may keep it in a module of that name without exporting it.
        if plugin is None and importlib.util.find_spec(f"{name}.plugin") is not None:
            plugin = find_plugin(importlib.import_module(f"{name}.plugin"))
        if plugin is not None:
            return plugin
    raise NoPluginError(
        f"it exports no plugin: no elizaos Plugin is in {', '.join(modules) or 'any module'}"
    )


def find_plugin(module: ModuleType) -> Plugin | None:
    """Returns what the framework's loader would find, or else the first plugin that is exported."""
    exports = vars(module)
    for name in _DOCUMENTED:
        found = exports.get(name)
        if isinstance(found, Plugin):
            return found
        if isinstance(found, dict):
            return Plugin(**found)
    return next((found for found in exports.values() if isinstance(found, Plugin)), None)
