"""Reads the contract's files. `shared/schemas/inputs.ts` defines their formats.

An error in them is an InputError, never a failure of the framework.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eliza_bench.decode import T, decode
from eliza_bench.failure import InputError
from eliza_bench.measurement import SchemaVersion

CONTRACT_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "contract"
"""The contract's files are here, unless the command line names another folder."""

Delivery = Literal["sequential", "conversation", "concurrent"]


@dataclass(frozen=True)
class ScenarioMessage:
    role: Literal["user"]
    content: str
    entity_id: str
    room_id: str


@dataclass(frozen=True)
class Config:
    check_should_respond: bool
    multi_step: bool
    delivery: Delivery
    providers: Literal["bootstrap", "character-only"]
    dummy_providers: int
    history: int
    benchmark_action: bool
    answers: dict[str, str | list[str]]
    """The mock's answer per template, or answers that its calls get in turn.

    A template that is not named gets `default`.
    """
    multi_step_rounds: int | None = None
    """The most rounds of multi-step mode. None is the framework's own limit."""
    streamed_chunks: int = 0
    """The model streams its answer in so many chunks. 0: answers are whole."""
    members: int = 0
    """So many further entities are in the first room, and write nothing."""
    dummy_actions: int = 0
    character_chars: int = 0
    """The biography is longer by a text of so many characters."""


@dataclass(frozen=True)
class DatabaseLoad:
    operations: int
    box_ms: int
    records: int
    rooms: int
    read_limit: int


@dataclass(frozen=True)
class CalibrationLoad:
    operations: int
    """Each operation is done so often in an iteration."""


@dataclass(frozen=True)
class Scaling:
    """The scenario is one size of a growth series. The analysis fits a cost to the sizes."""

    series: Literal[
        "providers",
        "history",
        "concurrency",
        "conversation",
        "rooms",
        "message-length",
        "actions",
        "character-length",
        "chunks",
    ]
    size: int


@dataclass(frozen=True)
class Expectation:
    """The work that a cell has to do.

    The analysis judges it. The harness only needs to know whether there is a decision.
    """

    replies: list[str]
    model_calls: object
    memories_stored: object
    action_runs: object
    only_providers: object = None
    history_returned: object = None
    chunks: object = None
    responds: object = None
    decision: bool = False
    results: object = None


@dataclass(frozen=True)
class Scenario:
    id: str
    name: str
    description: str
    question: str
    categories: list[str]
    kind: Literal["messages", "database-write", "database-read", "startup", "calibration"]
    iterations: int
    warmup: int
    messages: list[ScenarioMessage]
    config: Config
    expect: Expectation
    repeat: int | None = None
    """How many messages to send, taken in turn from `messages`. None sends each once."""
    database: DatabaseLoad | None = None
    calibration: CalibrationLoad | None = None
    scaling: Scaling | None = None

    @property
    def sends_messages(self) -> bool:
        return self.database is None and self.calibration is None


@dataclass(frozen=True)
class CalibrationAnswer:
    text: str
    fields: list[str]


@dataclass(frozen=True)
class CalibrationTemplate:
    text: str
    values: dict[str, str]


@dataclass(frozen=True)
class CalibrationInputs:
    schema_version: SchemaVersion
    answer: CalibrationAnswer
    template: CalibrationTemplate
    state: object
    """As it was parsed: an operation turns it into JSON again."""
    records: list[dict[str, object]]


@dataclass(frozen=True)
class Character:
    name: str
    username: str
    bio: list[str]
    system: str
    topics: list[str]
    adjectives: list[str]
    settings: dict[str, str]


@dataclass(frozen=True)
class DummyProviderTexts:
    name_prefix: str
    description: str
    text: str


@dataclass(frozen=True)
class BenchmarkActionTexts:
    name: str
    description: str
    text: str


@dataclass(frozen=True)
class DummyActionTexts:
    name_prefix: str
    description: str


@dataclass(frozen=True)
class Fixtures:
    agent_id: str
    live_agent_id_prefix: str
    world_id: str
    message_server_id: str
    room_id_prefix: str
    entity_id_prefix: str
    history_id_prefix: str
    record_id_prefix: str
    member_id_prefix: str
    member_name: str
    source: str
    world_name: str
    history_text: str
    history_interval_ms: int
    dummy_provider: DummyProviderTexts
    benchmark_action: BenchmarkActionTexts
    dummy_action: DummyActionTexts
    character_text: str
    streamed_chunk: str
    live_message: str
    control_message: str


@dataclass(frozen=True)
class Embedding:
    dimensions: int
    value: float


@dataclass(frozen=True)
class Template:
    template: str
    model_type: Literal["TEXT_SMALL", "TEXT_LARGE"]
    schema_texts: list[str]
    answers: dict[str, str | None]
    """None: the model raises an error instead of answering."""


@dataclass(frozen=True)
class MockResponses:
    schema_version: SchemaVersion
    embedding: Embedding
    templates: list[Template]


@dataclass(frozen=True)
class _ScenarioFile:
    schema_version: SchemaVersion
    scenarios: list[Scenario]


@dataclass(frozen=True)
class _CharacterFile:
    schema_version: SchemaVersion
    character: Character
    fixtures: Fixtures


@dataclass(frozen=True)
class Contract:
    folder: Path
    scenarios: list[Scenario]
    character: Character
    fixtures: Fixtures
    responses: MockResponses

    @classmethod
    def read(cls, folder: Path, scenario_file: Path | None = None) -> "Contract":
        """Reads and checks the contract's files. Raises InputError."""
        scenarios = _read(_ScenarioFile, scenario_file or folder / "scenarios.json").scenarios
        for scenario in scenarios:
            _check_scenario(scenario)
        persona = _read(_CharacterFile, folder / "character.json")
        responses = _read(MockResponses, folder / "mock-responses.json")
        return cls(folder, scenarios, persona.character, persona.fixtures, responses)

    def read_calibration(self) -> CalibrationInputs:
        """Reads the inputs of a calibration, which no other scenario needs. Raises InputError."""
        return _read(CalibrationInputs, self.folder / "calibration.json")

    def select(self, ids: list[str]) -> list[Scenario]:
        """Returns the scenarios with these ids, in this order. `all` selects every scenario.

        Raises InputError for an id that does not exist.
        """
        if ids == ["all"]:
            return self.scenarios
        known = {scenario.id: scenario for scenario in self.scenarios}
        for name in ids:
            if name not in known:
                raise InputError(
                    f"unknown scenario {name!r}; choose from {', '.join(known)}, or all"
                )
        return [known[name] for name in ids]


def _read(kind: type[T], path: Path) -> T:
    try:
        parsed = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); give another file or folder"
        ) from error
    except ValueError as error:
        raise InputError(f"{path} is not valid JSON ({error}); repair it") from error
    return decode(kind, parsed, path.name)


def _check_scenario(scenario: Scenario) -> None:
    """Checks what the harness relies on beyond the types. Raises InputError."""
    if not scenario.messages or scenario.repeat == 0:
        raise InputError(f"scenario {scenario.id} has no message; add one")
    if scenario.kind.startswith("database") != (scenario.database is not None):
        raise InputError(
            f"scenario {scenario.id} is of kind {scenario.kind}; "
            "a `database` goes with database kinds only"
        )
    if (scenario.kind == "calibration") != (scenario.calibration is not None):
        raise InputError(
            f"scenario {scenario.id} is of kind {scenario.kind}; "
            "a `calibration` goes with that kind only"
        )
    load = scenario.database
    if load and not (
        load.rooms and load.operations and (load.records or scenario.kind == "database-write")
    ):
        raise InputError(
            f"scenario {scenario.id}: "
            "`database` needs operations, rooms and, to read, records above 0"
        )
