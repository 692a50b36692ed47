//! Describes how each stage's time is obtained from outside the framework.

use crate::measurement::{StageName, StageSource};

/// `bridge_converts` says whether a bridge turns memories into another representation.
pub fn describe_stage_sources(bridge_converts: bool) -> Vec<StageSource> {
    use StageName::*;
    let observable = |stage, how| StageSource {
        stage,
        observable: true,
        how,
    };
    vec![
        observable(Message, "wrapped call of handle_message"),
        observable(
            ComposeState,
            "boundary timestamps: from the first provider's definition() to the end of the last \
             provider; the last merge is in prompt",
        ),
        observable(
            ProviderExecution,
            "sum of the wrapped providers of one composition, which run one after another",
        ),
        observable(Provider, "wrapped handler (get)"),
        observable(
            ShouldRespond,
            "boundary timestamps: the prompt around a TEXT_SMALL call, which the message service \
             makes for this decision only",
        ),
        observable(
            Prompt,
            "boundary timestamps and tracing: from the last boundary before the model's handler to \
             the framework's DEBUG event `dynamic_prompt_exec_from_state success`, without the \
             model; then, as a call of its own, from that event to the listing of the actions: the \
             canonical prompt that is rendered for parameter repair",
        ),
        observable(
            ModelCall,
            "wrapped handler; use_model's dispatch around it is in prompt",
        ),
        observable(
            ActionDispatch,
            "boundary timestamps: from the first action's definition() to the end of the last \
             handler, with validate() in it; there is no row where the framework takes its \
             shortcut for REPLY alone",
        ),
        observable(Action, "wrapped handler (handle)"),
        observable(
            Evaluator,
            "wrapped handler (handle); name null: boundary timestamps from the first evaluator's \
             definition() to the end of the last; there is no row without a registered evaluator",
        ),
        observable(
            MemoryCreate,
            "wrapped method of the adapter (create_memory)",
        ),
        observable(
            MemoryGet,
            "wrapped methods of the adapter (get_memories, get_memory_by_id, search_memories)",
        ),
        StageSource {
            stage: StateSerialization,
            observable: bridge_converts,
            how: if bridge_converts {
                "the benchmark's bridge's own time in the calls above: JSON of typed memories and \
                 back; the framework's own JSON of a stored reply cannot be reached and is in \
                 message"
            } else {
                "inside the adapter's own methods; its time is in memory_create and memory_get"
            },
        },
        StageSource {
            stage: EventEmit,
            observable: false,
            how: "a concrete method of the runtime, without a boundary of its own; its time is in \
                  message",
        },
        observable(Callback, "wrapped callback"),
    ]
}
