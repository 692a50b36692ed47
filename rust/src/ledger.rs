//! Makes the work ledger of a verification iteration. Everything comes from what happened, and
//! nothing is compared here.

use crate::contract::{Fixtures, Scenario};
use crate::database_setup::Found;
use crate::iteration::Iteration;
use crate::measurement::{
    Callbacks, Control, DidRespond, ErrorsLogged, History, ReplyRun, WorkLedger,
};
use crate::messages::{MessagePlan, reply_digest};
use crate::recorder::Seen;
use crate::streaming::make_streamed;

/// Makes the ledger of an iteration that has worked and is not closed yet. What its database holds,
/// the error log, the control and the allocations are added later.
pub fn make_work_ledger(
    iteration: &Iteration,
    seen: &Seen,
    scenario: &Scenario,
    plan: &MessagePlan,
    fixtures: &Fixtures,
) -> WorkLedger {
    let replies = iteration.inbox.replies();
    let (total, empty) = iteration.inbox.callbacks();
    let yes = iteration
        .responded
        .iter()
        .filter(|responded| **responded)
        .count();
    WorkLedger {
        messages: iteration.responded.len() as u64,
        input_digest: plan.input_digest(fixtures),
        reply_digest: reply_digest(&replies),
        replies: group_replies(replies),
        callbacks: Callbacks {
            total: total as u64,
            empty: empty as u64,
        },
        did_respond: DidRespond {
            yes: yes as u64,
            no: (iteration.responded.len() - yes) as u64,
            unknown: 0,
        },
        model_calls: seen.model_calls(),
        messages_in_prompt: seen.prompted.found,
        call_sequence: iteration.call_sequence(),
        streamed: (scenario.config.streamed_chunks > 0)
            .then(|| make_streamed(&iteration.agent.mock)),
        providers: seen.providers.clone(),
        actions: seen.actions.clone(),
        evaluators: seen.evaluators.clone(),
        adapter_calls: seen.adapter_calls.clone(),
        memories_read: seen.memories_read,
        reads_beyond_limit: seen.limits.clone(),
        reads_copied: None,
        history: read_history(seen, scenario.config.history, fixtures),
        provided: seen.provided.result(iteration.responded.len() as u64),
        stored: Vec::new(),
        errors_logged: ErrorsLogged::default(),
        control: None,
        allocations: None,
        afterwards: None,
        operations: iteration
            .database
            .as_ref()
            .map(|database| database.checks().to_vec())
            .or_else(|| {
                iteration
                    .kernel
                    .as_ref()
                    .map(|kernel| kernel.checks().to_vec())
            })
            .unwrap_or_default(),
    }
}

/// Adds what was found in the database.
pub fn add_found(ledger: &mut WorkLedger, found: Found) {
    ledger.reads_copied = found.reads_copied;
    ledger.stored = found.stored;
}

/// Reads what the verification's control iteration did.
pub fn read_control(iteration: &Iteration) -> Control {
    let replies = iteration
        .inbox
        .replies()
        .iter()
        .map(Vec::len)
        .sum::<usize>();
    let should_respond_calls = iteration
        .agent
        .mock
        .model_calls()
        .get("shouldRespond")
        .copied()
        .unwrap_or_default();
    Control {
        replies: replies as u64,
        should_respond_calls,
    }
}

/// Counts the messages of each sequence of reply texts, in order of first appearance.
fn group_replies(replies: Vec<Vec<String>>) -> Vec<ReplyRun> {
    let mut runs: Vec<ReplyRun> = Vec::new();
    for texts in replies {
        match runs.iter_mut().find(|run| run.texts == texts) {
            Some(run) => run.messages += 1,
            None => runs.push(ReplyRun { texts, messages: 1 }),
        }
    }
    runs
}

fn read_history(seen: &Seen, seeded: usize, fixtures: &Fixtures) -> History {
    let returned = |index: usize| {
        seen.memory_ids
            .contains(fixtures.history_id(index).as_str())
    };
    History {
        seeded: seeded as u64,
        returned: (0..seeded).filter(|index| returned(*index)).count() as u64,
        newest: seeded.checked_sub(1).map(returned),
    }
}
