"""The databases by the names that the command line has for them. Only the chosen one is loaded."""

import importlib.util
import sys
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Literal, TypeAlias

from eliza_bench.failure import InputError

if TYPE_CHECKING:
    from eliza_bench.databases.database import Database

DatabaseName: TypeAlias = Literal["in-memory", "postgres"]


@dataclass(frozen=True)
class Choice:
    """A database of the ecosystem. No module of it is loaded before its import is timed."""

    distribution: str
    modules: tuple[str, ...]
    """Everything that using it imports, in this order."""
    advice: str
    """Where it is installed."""

    def check_installed(self) -> None:
        """Raises InputError if a package of it is not installed."""
        for package in dict.fromkeys(module.partition(".")[0] for module in self.modules):
            if importlib.util.find_spec(package) is None:
                raise InputError(
                    f"the package {package} is not installed for {sys.executable}; {self.advice}"
                )

    def import_modules(self) -> None:
        for module in self.modules:
            import_module(module)

    def version(self) -> str:
        return metadata.version(self.distribution)


CHOICES: dict[DatabaseName, Choice] = {
    "in-memory": Choice(
        "elizaos-plugin-inmemorydb",
        (
            "elizaos_plugin_inmemorydb.adapter",
            "elizaos_plugin_inmemorydb.storage",
            "elizaos_plugin_inmemorydb.types",
        ),
        "./run.sh sets up python/.venv",
    ),
    # The plugin itself imports its driver with the first connection, which is the harness's own.
    "postgres": Choice(
        "elizaos-plugin-sql",
        ("elizaos_plugin_sql", "asyncpg"),
        "the target python+postgres has it",
    ),
}


async def open_database(url: str | None) -> "Database":
    """Opens the database at the URL, or the one in memory. Its modules have been imported.

    Raises InputError if there is none at the URL.
    """
    if url is None:
        from eliza_bench.databases.in_memory import InMemory

        return InMemory()
    from eliza_bench.databases.postgres import Postgres

    return await Postgres.open(url)
