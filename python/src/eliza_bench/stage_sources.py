"""What of the pipeline can be seen from outside this framework, and how `pipeline` sees it."""

from eliza_bench.framework import AgentRuntime
from eliza_bench.framework_differences import stages_of
from eliza_bench.measurement import StageName, StageSource


def stage_sources(runtime: AgentRuntime) -> list[StageSource]:
    evaluating = " and ".join(
        f"runtime.{name}" for name, stage in stages_of(runtime) if stage == "evaluator"
    )
    return [
        _seen("message", "boundary timestamps around message_service.handle_message"),
        _seen("compose_state", "wrapped method runtime.compose_state"),
        _seen(
            "provider_execution",
            "union of the provider spans within compose_state; the framework runs one at a time",
        ),
        _seen("provider", "wrapped handler get of a copy of each registered provider"),
        {
            "stage": "should_respond",
            "observable": False,
            "how": "the framework takes no such decision: its checkShouldRespond setting gates a log line only",
        },
        _seen(
            "prompt",
            "wrapped methods runtime.dynamic_prompt_exec_from_state, compose_prompt_from_state; "
            "replaced module function parse_key_value_xml of the framework's actions",
        ),
        _seen("model_call", "wrapped method runtime.use_model"),
        _seen("action_dispatch", "wrapped method runtime.process_actions"),
        _seen("action", "wrapped handler of a copy of each registered action"),
        _seen(
            "evaluator",
            f"wrapped methods {evaluating}, without a name; wrapped handler of a copy of each registered "
            "evaluator, with its name (its validate stays in the step)",
        ),
        _seen("memory_create", "wrapped method adapter.create_memory"),
        _seen(
            "memory_get",
            "wrapped methods adapter.get_memories, get_memory_by_id, get_memories_by_ids, search_memories",
        ),
        _seen(
            "state_serialization",
            "functions replaced in their modules while messages are sent: protobuf's MessageToDict for states and "
            "messages, and the setter of dictionaries and lists in a protobuf Struct; a Struct's scalars and JSON are "
            "not included",
        ),
        _seen("event_emit", "wrapped method runtime.emit_event"),
        _seen("callback", "wrapped callback"),
    ]


def _seen(stage: StageName, how: str) -> StageSource:
    return {"stage": stage, "observable": True, "how": how}
