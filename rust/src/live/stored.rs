//! Counts what an agent's database keeps of the messages that were sent.

use crate::contract::Fixtures;
use crate::databases::own_adapter::{OwnAdapter, StoredMemory};

/// For each of an agent's users the memories in their room, by author.
pub struct CountByUser {
    pub from_user: Vec<u64>,
    pub from_agent: Vec<u64>,
}

/// Counts the memories of the agent whose id is in `fixtures`, without a seeded history.
pub async fn count_by_user<A: OwnAdapter>(
    adapter: &A,
    users: usize,
    fixtures: &Fixtures,
) -> Result<CountByUser, A::Error> {
    let mut count = CountByUser {
        from_user: vec![0; users],
        from_agent: vec![0; users],
    };
    let number = |id: &str, prefix: &str| {
        let digits = id.strip_prefix(prefix)?;
        usize::from_str_radix(digits, 16)
            .ok()
            .filter(|number| *number < users)
    };
    for memory in adapter.read_all().await? {
        if memory.id().starts_with(&fixtures.history_id_prefix)
            || memory.agent_id() != fixtures.agent_id.as_str()
        {
            continue;
        }
        let Some(room) = number(memory.room_id(), &fixtures.room_id_prefix) else {
            continue;
        };
        if memory.entity_id() == fixtures.agent_id.as_str() {
            count.from_agent[room] += 1;
        } else if number(memory.entity_id(), &fixtures.entity_id_prefix) == Some(room) {
            count.from_user[room] += 1;
        }
    }
    Ok(count)
}
