//! Makes the work ledger of a verification iteration. Everything comes from what happened, and
//! nothing is compared here.

use std::collections::BTreeMap;

use elizaos_plugin_inmemorydb::InMemoryDatabaseAdapter;
use elizaos_plugin_inmemorydb::types::StorageResult;

use crate::contract::{Fixtures, Scenario};
use crate::database_setup::{check_reads_copied, read_field, read_stored_messages};
use crate::failure::{FrameworkError, guard};
use crate::iteration::Iteration;
use crate::measurement::{
    Author, Callbacks, Control, DidRespond, ErrorsLogged, History, ReplyRun, Stored, WorkLedger,
};
use crate::messages::{MessagePlan, reply_digest};
use crate::recorder::Seen;

/// Makes the ledger of an iteration that has worked and is not closed yet. The error log, the
/// control and the allocations are added later.
pub async fn make_work_ledger(
    iteration: &Iteration,
    seen: &Seen,
    scenario: &Scenario,
    plan: &MessagePlan,
    fixtures: &Fixtures,
) -> Result<WorkLedger, FrameworkError> {
    let replies = iteration.inbox.replies();
    let (total, empty) = iteration.inbox.callbacks();
    let yes = iteration
        .responded
        .iter()
        .filter(|responded| **responded)
        .count();
    Ok(WorkLedger {
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
        call_sequence: iteration.call_sequence(),
        providers: seen.providers.clone(),
        actions: seen.actions.clone(),
        evaluators: seen.evaluators.clone(),
        adapter_calls: seen.adapter_calls.clone(),
        memories_read: seen.memories_read,
        reads_copied: guard(check_reads_copied(iteration.agent.bridge.plugin())).await?,
        history: read_history(seen, scenario.config.history, fixtures),
        provided: seen.provided.result(iteration.responded.len() as u64),
        stored: guard(count_stored(
            iteration.agent.bridge.plugin(),
            plan,
            fixtures,
        ))
        .await?,
        errors_logged: ErrorsLogged::default(),
        control: None,
        allocations: None,
        operations: iteration
            .database
            .as_ref()
            .map(|database| database.checks().to_vec())
            .unwrap_or_default(),
    })
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

/// Counts the message records in the database by room and author, without the seeded ones.
async fn count_stored(
    plugin: &InMemoryDatabaseAdapter,
    plan: &MessagePlan,
    fixtures: &Fixtures,
) -> StorageResult<Vec<Stored>> {
    let users: Vec<String> = (0..plan.entities.len())
        .map(|number| fixtures.entity_id(number).into_string())
        .collect();
    let mut records = BTreeMap::<(String, Author), u64>::new();
    for memory in read_stored_messages(plugin).await? {
        let id = read_field(&memory, "id");
        if id.starts_with(&fixtures.history_id_prefix) || id.starts_with(&fixtures.record_id_prefix)
        {
            continue;
        }
        let author = match read_field(&memory, "entityId") {
            agent if agent == fixtures.agent_id.as_str() => Author::Agent,
            user if users.iter().any(|id| id == user) => Author::User,
            _ => Author::Other,
        };
        *records
            .entry((read_field(&memory, "roomId").to_owned(), author))
            .or_default() += 1;
    }
    Ok(records
        .into_iter()
        .map(|((room_id, author), records)| Stored {
            room_id,
            author,
            records,
        })
        .collect())
}
