"""The differences between published versions of the framework.

They are found by what a version offers, never by its number.
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
    """Returns this version's runtime methods that are stages, each with its stage."""
    return [(name, stage) for name, stage in _STEPS.items() if hasattr(runtime, name)]
