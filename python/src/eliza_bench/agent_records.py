"""What the measurement file says of a user's agent: see `shared/schemas/agent-work.ts`."""

from typing import Literal, TypedDict

PartKind = Literal["provider", "action", "evaluator", "service", "event"]
PluginPhase = Literal["install", "import", "init", "service", "message", "exit"]


class PluginFailure(TypedDict):
    phase: PluginPhase
    type: str
    message: str
    stack: str


class PluginImport(TypedDict):
    name: str
    importNs: int | None
    failure: PluginFailure | None


class PluginImports(TypedDict):
    entryNs: None
    """No project has an entry here."""
    plugins: list[PluginImport]


class ServiceStart(TypedDict):
    name: str
    startNs: int | None


class PluginStart(TypedDict):
    plugin: str
    initNs: int | None
    services: list[ServiceStart]
    failure: PluginFailure | None


class Part(TypedDict):
    kind: PartKind
    name: str


class OwnerTime(TypedDict):
    plugin: str | None
    part: Part | None
    calls: int
    inclusiveNs: int
    selfNs: int


class OwnerModelCalls(TypedDict):
    modelType: str
    template: str
    calls: int
    promptChars: int
    answerChars: int


class FoundTexts(TypedDict):
    template: str
    prompts: int
    chars: int


class OwnerWork(TypedDict):
    plugin: str | None
    part: Part | None
    runs: int
    validations: int
    textChars: int
    prompts: list[FoundTexts]
    modelCalls: list[OwnerModelCalls]
    databaseCalls: dict[str, int]
    errors: list[str]


class IdleWork(TypedDict):
    plugin: str | None
    part: Part | None
    timerRuns: int
    timerNs: int
    modelCalls: int
    databaseCalls: int


class Idle(TypedDict):
    watchedNs: int
    cpuNs: int
    work: list[IdleWork]


class AgentLedger(TypedDict):
    messages: int
    starts: list[PluginStart]
    prompts: list[OwnerModelCalls]
    work: list[OwnerWork]
    idle: Idle
