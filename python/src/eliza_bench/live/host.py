"""What live mode asks of whoever holds the agents, whether there are any or not."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from eliza_bench.measurement import Counts


@dataclass(frozen=True, slots=True)
class Made:
    """What each further agent took, in nanoseconds."""

    construct_ns: list[int]
    initialize_ns: list[int]
    seed_ns: list[int]


@dataclass(frozen=True, slots=True)
class Answer:
    sent_at_ns: int
    returned_at_ns: int
    model_ns: int
    replies: list[str]


@dataclass(frozen=True, slots=True)
class Stored:
    """Memories per user, without seeded history."""

    from_user: list[int]
    from_agent: list[int]


class Host(ABC):
    """Agents and users are known by their numbers."""

    @property
    @abstractmethod
    def alive(self) -> int:
        """The number of agents."""

    @property
    @abstractmethod
    def model_calls(self) -> Counts:
        """Calls of text models by template."""

    @property
    @abstractmethod
    def embeddings(self) -> int:
        """Calls of the embedding model."""

    @abstractmethod
    def has(self, agent: int, user: int) -> bool:
        """Returns whether there is such an agent, and whether it knows this user."""

    @abstractmethod
    async def make(self, count: int) -> Made:
        """Makes so many further agents. Each knows user 0."""

    @abstractmethod
    async def add_users(self, agent: int, count: int, history: int) -> None:
        """Lets the agent know users 0 to `count` - 1, and so many older memories."""

    @abstractmethod
    async def answer(self, number: int, agent: int, user: int) -> Answer:
        """Lets the agent handle the user's message with this number."""

    @abstractmethod
    async def count_stored(self, agent: int) -> Stored:
        """Counts what is stored of the messages that were sent."""

    @abstractmethod
    async def count_records(self) -> dict[str, int]:
        """Counts the records of each store that can be emptied, over all agents."""

    @abstractmethod
    async def empty(self, store: str) -> bool:
        """Empties this store of every agent. Returns False if there is none of this name."""

    @abstractmethod
    async def drop(self) -> None:
        """Stops and drops every agent."""
