"""What differs between published versions of the framework: found by what a version offers, never
by its number.
"""

from eliza_bench.framework import AgentRuntime
from eliza_bench.measurement import StageName

# Not every version has `evaluate_pre`.
_STEPS: dict[str, StageName] = {
    "compose_state": "compose_state",
    "dynamic_prompt_exec_from_state": "prompt",
    "use_model": "model_call",
    "process_actions": "action_dispatch",
    "evaluate_pre": "evaluator",
    "evaluate": "evaluator",
    "emit_event": "event_emit",
}


def find_stages(runtime: AgentRuntime) -> list[tuple[str, StageName]]:
    """The runtime's own methods that are stages of the pipeline, each with its stage, in this
    version.
    """
    return [(name, stage) for name, stage in _STEPS.items() if hasattr(runtime, name)]
