//! The stores that the framework keeps for as long as an agent lives, as far as they can be reached
//! from outside: the collections of the database in memory, and the runtime's own tasks.

use elizaos_plugin_inmemorydb::{COLLECTIONS, IStorage};

use crate::agent::RunningAgent;
use crate::databases::Database;
use crate::failure::{FrameworkError, guard};
use crate::live::protocol::Store;

/// The names of collections begin with this.
const ADAPTER: &str = "adapter.";

const COLLECTION_NAMES: [&str; 12] = [
    COLLECTIONS::AGENTS,
    COLLECTIONS::ENTITIES,
    COLLECTIONS::MEMORIES,
    COLLECTIONS::ROOMS,
    COLLECTIONS::WORLDS,
    COLLECTIONS::COMPONENTS,
    COLLECTIONS::RELATIONSHIPS,
    COLLECTIONS::PARTICIPANTS,
    COLLECTIONS::TASKS,
    COLLECTIONS::CACHE,
    COLLECTIONS::LOGS,
    COLLECTIONS::EMBEDDINGS,
];

const RUNTIME_TASKS: &str = "runtime.tasks";

/// Lists the stores with their records, over all agents. Without an agent there is none.
pub async fn list(agents: &[&RunningAgent]) -> Result<Vec<Store>, FrameworkError> {
    let Some(first) = agents.first() else {
        return Ok(Vec::new());
    };
    let mut stores = Vec::new();
    if matches!(first.database, Database::InMemory(_)) {
        for collection in COLLECTION_NAMES {
            let mut records = 0;
            for agent in agents {
                records += count(&agent.database, collection).await?;
            }
            stores.push(Store {
                name: format!("{ADAPTER}{collection}"),
                records,
            });
        }
    }
    let mut tasks = 0;
    for agent in agents {
        tasks += agent.runtime.get_tasks(None).await.len();
    }
    stores.push(Store {
        name: RUNTIME_TASKS.to_owned(),
        records: tasks,
    });
    Ok(stores)
}

/// Empties the store `name` of every agent.
pub async fn empty(agents: &[&RunningAgent], name: &str) -> Result<(), FrameworkError> {
    for agent in agents {
        match (&agent.database, name.strip_prefix(ADAPTER)) {
            (Database::InMemory(bridge), Some(collection)) => {
                guard(
                    bridge
                        .storage()
                        .delete_where(collection, Box::new(|_| true)),
                )
                .await?;
            }
            _ => {
                for task in agent.runtime.get_tasks(None).await {
                    if let Some(id) = task.id {
                        agent.runtime.delete_task(id.as_str()).await;
                    }
                }
            }
        }
    }
    Ok(())
}

async fn count(database: &Database, collection: &str) -> Result<usize, FrameworkError> {
    match database {
        Database::InMemory(bridge) => guard(bridge.storage().count(collection, None)).await,
        #[cfg(feature = "postgres")]
        Database::Postgres(_) => Ok(0),
    }
}
