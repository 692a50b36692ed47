//! The ecosystem's database on a PostgreSQL server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use elizaos::{GetMemoriesParams, Memory, UUID};
use elizaos_plugin_sql::base::DatabaseAdapter as PluginAdapter;
use elizaos_plugin_sql::postgres::PostgresAdapter;
use tokio::time::sleep;

use crate::databases::own_adapter::{MESSAGES_TABLE, OwnAdapter, StoredMemory};
use crate::databases::postgres_bridge::PostgresBridge;
use crate::databases::postgres_server::PostgresServer;
use crate::failure::{FrameworkError, guard};

/// The longest wait for the pool. What keeps it busy longer is the message's to meet.
const LONGEST_REST: Duration = Duration::from_secs(1);

/// The adapter of one agent, with a pool of its own.
#[derive(Clone)]
pub struct PostgresDatabase {
    pub bridge: Arc<PostgresBridge>,
    pub server: Arc<PostgresServer>,
}

impl PostgresDatabase {
    pub async fn open(
        server: &Arc<PostgresServer>,
        agent_id: &UUID,
    ) -> Result<Self, FrameworkError> {
        let bridge = guard(PostgresBridge::open(server.url(), agent_id)).await?;
        Ok(Self {
            bridge: Arc::new(bridge),
            server: server.clone(),
        })
    }

    /// Waits until every connection of the plugin's pool is idle. The pool asks a connection after
    /// each use whether it is well, in a task of its own: the last question of what was seeded must
    /// not reach into a measured span.
    ///
    /// A frozen worker finds its pool as it left it, because the pool closes what was idle for ten
    /// minutes and lives for one iteration. After a longer freeze this waits for the connection that
    /// the pool makes anew.
    pub async fn rest(&self) {
        let pool = self.bridge.plugin().manager().get_pool();
        let resting = Instant::now();
        while pool.size() == 0 || pool.num_idle() < pool.size() as usize {
            if resting.elapsed() > LONGEST_REST {
                return;
            }
            sleep(Duration::from_millis(1)).await;
        }
    }
}

impl OwnAdapter for PostgresAdapter {
    type Record = Memory;
    type Row = Memory;
    type Written = UUID;
    type Error = anyhow::Error;

    fn make_record(memory: Memory) -> Memory {
        memory
    }

    async fn write(&self, record: Memory) -> anyhow::Result<UUID> {
        self.create_memory(&record, MESSAGES_TABLE, true).await
    }

    async fn read_by_id(&self, id: &UUID) -> anyhow::Result<Option<Memory>> {
        self.get_memory_by_id(id).await
    }

    async fn read_by_room(&self, room: &UUID, limit: usize) -> anyhow::Result<Vec<Memory>> {
        self.get_memories(GetMemoriesParams {
            table_name: MESSAGES_TABLE.to_owned(),
            room_id: Some(room.clone()),
            count: Some(i32::try_from(limit).expect("a read's limit fits in 31 bits")),
            unique: Some(false),
            ..GetMemoriesParams::default()
        })
        .await
    }

    async fn read_all(&self) -> anyhow::Result<Vec<Memory>> {
        self.get_memories(GetMemoriesParams {
            table_name: MESSAGES_TABLE.to_owned(),
            ..GetMemoriesParams::default()
        })
        .await
    }
}

impl StoredMemory for Memory {
    fn id(&self) -> &str {
        self.id.as_ref().map_or("", UUID::as_str)
    }

    fn agent_id(&self) -> &str {
        self.agent_id.as_ref().map_or("", UUID::as_str)
    }

    fn entity_id(&self) -> &str {
        self.entity_id.as_str()
    }

    fn room_id(&self) -> &str {
        self.room_id.as_str()
    }
}
