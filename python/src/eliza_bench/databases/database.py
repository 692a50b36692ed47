"""What the harness needs of a database."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal, TypeAlias

from eliza_bench.contract import Contract, Fixtures
from eliza_bench.databases.backends import Backends
from eliza_bench.messages import MessagePlan

Adapter: TypeAlias = Any
"""The ecosystem's own adapter. Adapters have methods of the same names and no class in common."""
Moment = Literal["messages", "returned", "settled"]


class Database(ABC):
    """The database of a process. Every iteration has a fresh adapter on it, and finds it empty.

    Only `make_adapter` and what seeds is timed. Everything else is called off every clock.
    """

    outlives_the_runtime: ClassVar[bool]
    """Whether what was stored is still there after the runtime has stopped."""

    @abstractmethod
    def describe(self) -> str:
        """Returns the version of everything that the database consists of."""

    @abstractmethod
    def make_adapter(self, agent_id: str) -> Adapter: ...

    @abstractmethod
    async def clear(self) -> None:
        """Removes everything that the last runtime has stored. Raises FrameworkError."""

    @abstractmethod
    async def seed(
        self, adapter: Adapter, contract: Contract, plan: MessagePlan, history: int
    ) -> None:
        """Stores the agent, the world, and the plan's rooms, users and participants.

        `history` memories go into the first room. Raises the framework's errors.
        """

    @abstractmethod
    async def seed_records(
        self, adapter: Adapter, fixtures: Fixtures, count: int, rooms: int
    ) -> None:
        """Stores `count` memories of the first user, spread evenly over `rooms` rooms.

        The last one is the newest. Raises the framework's errors.
        """

    @abstractmethod
    async def add_users(self, adapter: Adapter, contract: Contract, users: range) -> None:
        """Stores the agent and these users, each of them with the agent in a room of their own.

        The contract's fixtures are the agent's. What is there already stays: agents may share a
        database. Raises the framework's errors.
        """

    @abstractmethod
    async def add_history(
        self, adapter: Adapter, fixtures: Fixtures, numbers: range, users: int
    ) -> None:
        """Stores the older memories with these numbers, in the rooms of the first `users` users.

        Raises the framework's errors.
        """

    @abstractmethod
    async def count_records(self, adapter: Adapter) -> dict[str, int]:
        """Counts the records of each store of the database that is part of the process."""

    @abstractmethod
    async def empty(self, adapter: Adapter, store: str) -> None:
        """Empties one of these stores."""

    @abstractmethod
    async def read_stored_messages(self, adapter: Adapter) -> list[dict[str, Any]]:
        """Reads every message record in the database, in whatever shape it is stored."""

    @abstractmethod
    async def count_present(self, adapter: Adapter, ids: list[str]) -> int:
        """Returns how many of these memories are in the database."""

    @abstractmethod
    async def mark(self, moment: Moment) -> None:
        """Tells a listener between harness and server how far a verification has come."""

    @abstractmethod
    async def read_backends(self) -> Backends | None:
        """Reads the processor time of the server's processes. None where there is no server."""

    @abstractmethod
    async def settle(self) -> int | None:
        """Waits until nothing works for the stopped runtime any more.

        Returns the nanoseconds that this took, 0 if it was at rest. None where there is no server.
        Raises FrameworkError.
        """

    @abstractmethod
    async def close(self) -> None:
        """Ends the harness's own connection. Raises nothing."""
