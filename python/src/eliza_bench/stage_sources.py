"""Describes which stages are observable from outside this framework, and how."""

from eliza_bench.framework import AgentRuntime
from eliza_bench.framework_differences import find_stages
from eliza_bench.measurement import StageName, StageSource


def describe_stage_sources(runtime: AgentRuntime) -> list[StageSource]:
    evaluating = " and ".join(
        f"runtime.{name}" for name, stage in find_stages(runtime) if stage == "evaluator"
    )
    return [
        _observable("message", "boundary timestamps around message_service.handle_message"),
        _observable("compose_state", "wrapped method runtime.compose_state"),
        _observable(
            "provider_execution",
            "union of the provider spans within compose_state; the framework runs one at a time",
        ),
        _observable("provider", "wrapped handler get of a copy of each registered provider"),
        {
            "stage": "should_respond",
            "observable": False,
            "how": "the framework takes no such decision: its checkShouldRespond setting gates a "
            "log line only",
        },
        _observable(
            "prompt",
            "wrapped methods runtime.dynamic_prompt_exec_from_state, compose_prompt_from_state; "
            "replaced module function parse_key_value_xml of the framework's actions",
        ),
        _observable("model_call", "wrapped method runtime.use_model"),
        _observable("action_dispatch", "wrapped method runtime.process_actions"),
        _observable("action", "wrapped handler of a copy of each registered action"),
        _observable(
            "evaluator",
            f"wrapped methods {evaluating}, without a name; wrapped handler of a copy of each "
            "registered evaluator, with its name (its validate stays in the step)",
        ),
        _observable("memory_create", "wrapped method adapter.create_memory"),
        _observable(
            "memory_get",
            "wrapped methods adapter.get_memories, get_memory_by_id, get_memories_by_ids, "
            "search_memories",
        ),
        _observable(
            "state_serialization",
            "functions replaced in their modules while messages are sent: protobuf's MessageToDict "
            "for states and messages, and the setter of dictionaries and lists in a protobuf "
            "Struct; a Struct's scalars and JSON are not included",
        ),
        _observable("event_emit", "wrapped method runtime.emit_event"),
        _observable("callback", "wrapped callback"),
    ]


def _observable(stage: StageName, how: str) -> StageSource:
    return {"stage": stage, "observable": True, "how": how}
