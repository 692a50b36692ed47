"""The measurement file, as `shared/schemas/measurement.ts` defines it.

It holds raw integers. Nothing is rounded or aggregated.
"""

import json
import os
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from eliza_bench.agent_records import AgentLedger, OwnerTime, PluginImports, PluginStart

SchemaVersion = Literal[2]
"""The schema version of the contract's files and of the measurement file."""

IterationPhase = Literal["warmup", "plain", "observed", "control"]
Phase = IterationPhase | Literal["cold", "verify", "decision", "live"]
StageName = Literal[
    "message",
    "compose_state",
    "provider_execution",
    "provider",
    "should_respond",
    "prompt",
    "model_call",
    "action_dispatch",
    "action",
    "evaluator",
    "memory_create",
    "memory_get",
    "state_serialization",
    "event_emit",
    "callback",
]
Counts = dict[str, int]


class Versions(TypedDict):
    framework: str
    database: str
    language: str
    engine: str
    build: str
    lockDigest: str


class Failure(TypedDict):
    phase: str
    type: str
    message: str
    stack: str


class OperationTiming(TypedDict):
    operation: str
    requested: int
    done: int
    totalNs: int
    boxClosed: bool


class OperationCheck(TypedDict):
    operation: str
    done: int
    correct: int
    newest: bool | None
    resultDigest: NotRequired[str]


class Stage(TypedDict):
    stage: StageName
    name: str | None
    calls: int
    inclusiveNs: int
    selfNs: int


class StageSource(TypedDict):
    stage: StageName
    observable: bool
    how: str


class AskedAlike(TypedDict):
    """Neighbouring messages that asked the text models the same."""

    messages: int
    calls: list[str]


class DatabaseServer(TypedDict):
    cpuNs: int | None
    settleNs: int


class StreamRecord(TypedDict):
    """Times are in nanoseconds since the message was sent."""

    chunks: int
    firstNs: int | None
    lastNs: int | None
    modelFirstNs: int | None
    modelLastNs: int | None


class IterationRecord(TypedDict):
    phase: IterationPhase
    index: int
    constructNs: int
    initializeNs: int
    seedNs: int
    wallNs: int
    cpuNs: int
    teardownNs: int
    messageNs: list[int]
    streams: NotRequired[list[StreamRecord]]
    operations: list[OperationTiming]
    replyDigest: str
    modelCalls: Counts
    callSequence: list[AskedAlike]
    actionRuns: int
    bridgeNs: int | None
    rssBytes: int | None
    databaseServer: NotRequired[DatabaseServer]
    stages: list[Stage] | None
    owners: NotRequired[list[OwnerTime]]


class FirstCall(TypedDict):
    operation: str
    ns: int


class ColdStart(TypedDict):
    constructNs: int
    initializeNs: int
    seedNs: int
    firstMessageNs: int | None
    firstCalls: NotRequired[list[FirstCall]]
    plugins: NotRequired[list[PluginStart]]


class ReplyRun(TypedDict):
    texts: list[str]
    messages: int


class Callbacks(TypedDict):
    total: int
    empty: int


class DidRespond(TypedDict):
    yes: int
    no: int
    unknown: int


class ModelCalls(TypedDict):
    modelType: str
    template: str
    calls: int
    promptChars: int


class History(TypedDict):
    seeded: int
    returned: int
    newest: bool | None


class Stored(TypedDict):
    roomId: str
    author: Literal["user", "agent", "other"]
    records: int


class ErrorsLogged(TypedDict):
    total: int
    first: list[str]


class Control(TypedDict):
    replies: int
    shouldRespondCalls: int


class Provided(TypedDict):
    dummyActions: int
    characterChars: int
    members: NotRequired[int]


class Read(TypedDict):
    """How many memories a read asked for at most, and how many it was given."""

    asked: int
    returned: int


class ReadsBeyondLimit(TypedDict):
    reads: int
    beyond: int
    worst: Read | None


class Streamed(TypedDict):
    """How many streams the model was asked for, and what was received of them."""

    asked: int
    chunks: int
    repeated: int
    whole: int


class Afterwards(TypedDict):
    """What the framework did after the last message had returned."""

    atRest: bool
    lastCallNs: int
    cpuNs: int
    calls: int
    embeddings: int


class WorkSeen(TypedDict):
    """What was seen while an iteration worked."""

    messages: int
    inputDigest: str
    replyDigest: str
    replies: list[ReplyRun]
    callbacks: Callbacks
    didRespond: DidRespond
    modelCalls: list[ModelCalls]
    messagesInPrompt: int
    callSequence: list[AskedAlike]
    streamed: NotRequired[Streamed]
    providers: Counts
    actions: Counts
    evaluators: Counts
    adapterCalls: Counts
    memoriesRead: int
    readsBeyondLimit: ReadsBeyondLimit
    provided: NotRequired[Provided]
    afterwards: NotRequired[Afterwards]
    allocations: None


class WorkFound(TypedDict):
    """What was found in the database afterwards."""

    readsCopied: bool | None
    history: History
    stored: list[Stored]
    operations: list[OperationCheck]


class WorkLedger(WorkSeen, WorkFound):
    errorsLogged: ErrorsLogged
    control: Control | None


class GarbageCollections(TypedDict):
    collections: int
    totalPauseNs: int
    maxPauseNs: int


class Resources(TypedDict):
    rssReadyBytes: int | None
    rssStartBytes: int | None
    rssPeakBytes: int | None
    rssEndBytes: int | None
    heapBytes: int | None
    gc: GarbageCollections | None


class Bootstrap(TypedDict):
    providers: list[str]
    actions: list[str]
    evaluators: list[str]


class CellMeasurement(TypedDict):
    scenario: str
    status: Literal["measured", "unsupported"]
    failure: Failure | None
    cold: ColdStart | None
    ledger: WorkLedger | None
    agent: NotRequired[AgentLedger]
    iterations: list[IterationRecord]
    resources: Resources
    stageSources: list[StageSource] | None
    bootstrap: Bootstrap | None


class MeasurementFile(TypedDict):
    schemaVersion: SchemaVersion
    kind: Literal["measurement"]
    runtime: Literal["python"]
    versions: Versions
    modelDelayMs: float
    seed: int
    importNs: int
    agent: NotRequired[PluginImports]
    cells: list[CellMeasurement]


def make_empty_cell(scenario: str, rss_ready_bytes: int | None) -> CellMeasurement:
    """Makes a cell without measurements."""
    return {
        "scenario": scenario,
        "status": "measured",
        "failure": None,
        "cold": None,
        "ledger": None,
        "iterations": [],
        "resources": {
            "rssReadyBytes": rss_ready_bytes,
            "rssStartBytes": None,
            "rssPeakBytes": None,
            "rssEndBytes": None,
            "heapBytes": None,
            "gc": None,
        },
        "stageSources": None,
        "bootstrap": None,
    }


def mark_failed(cell: CellMeasurement, failure: Failure) -> None:
    cell["status"] = "unsupported"
    cell["failure"] = failure


def write_measurement(path: Path, measurement: MeasurementFile) -> None:
    """Writes a temporary file beside `path` and renames it, so that no reader sees half a file."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(json.dumps(measurement, ensure_ascii=False) + "\n", encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
