//! The databases that an agent can have: the ecosystem's in memory, or its adapter of a PostgreSQL
//! server. In memory is the default. The other takes a build with the feature `postgres`.

pub mod filling;
pub mod in_memory;
pub mod in_memory_bridge;
pub mod own_adapter;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "postgres")]
pub mod postgres_bridge;
#[cfg(feature = "postgres")]
pub mod postgres_server;
pub mod server;
pub mod server_cpu;

use std::sync::Arc;

use clap::ValueEnum;
use elizaos::UUID;
use elizaos::runtime::DatabaseAdapter;
use elizaos_plugin_inmemorydb::InMemoryDatabaseAdapter;
#[cfg(feature = "postgres")]
use elizaos_plugin_sql::postgres::PostgresAdapter;

use crate::Stop;
use crate::contract::{DatabaseLoad, Fixtures, Kind};
use crate::database::DatabaseRun;
use crate::database_setup::{Found, read_back};
use crate::failure::{FrameworkError, guard};
use crate::live::stored::{CountByUser, count_by_user};
use crate::measurement::{OperationCheck, OperationTiming};
use crate::messages::MessagePlan;
use in_memory_bridge::Bridge;
#[cfg(feature = "postgres")]
use postgres::PostgresDatabase;
#[cfg(feature = "postgres")]
use postgres_server::PostgresServer;
use server::DatabaseServer;

/// The values of `--database`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DatabaseKind {
    InMemory,
    Postgres,
}

/// Where a process gets the databases of its agents from.
pub enum Databases {
    InMemory,
    #[cfg(feature = "postgres")]
    Postgres(Arc<PostgresServer>),
}

impl Databases {
    /// Opens the harness's own connection, where there is a server.
    ///
    /// # Errors
    /// Returns [`Stop::Input`] if this build has no such database or nobody has named one, and
    /// [`Stop::Broken`] if the server does not let the harness in.
    pub async fn connect(kind: DatabaseKind) -> Result<Self, Stop> {
        match kind {
            DatabaseKind::InMemory => Ok(Self::InMemory),
            #[cfg(feature = "postgres")]
            DatabaseKind::Postgres => {
                Ok(Self::Postgres(Arc::new(PostgresServer::connect().await?)))
            }
            #[cfg(not(feature = "postgres"))]
            DatabaseKind::Postgres => Err(Stop::Input(crate::failure::InputError(
                "this build has no PostgreSQL: build it with `--features postgres`".into(),
            ))),
        }
    }

    /// Returns `None` where the database is a part of the process.
    pub fn server(&self) -> Option<Arc<dyn DatabaseServer>> {
        match self {
            Self::InMemory => None,
            #[cfg(feature = "postgres")]
            Self::Postgres(server) => Some(server.clone()),
        }
    }

    /// Opens the database of a new agent. In memory it is a fresh one. On a server it is as it was
    /// left: [`DatabaseServer::clear`] empties it.
    pub async fn open(&self, agent_id: &UUID) -> Result<Database, FrameworkError> {
        match self {
            Self::InMemory => Ok(Database::InMemory(Arc::new(
                guard(Bridge::open(agent_id)).await?,
            ))),
            #[cfg(feature = "postgres")]
            Self::Postgres(server) => Ok(Database::Postgres(
                PostgresDatabase::open(server, agent_id).await?,
            )),
        }
    }
}

/// The database of one agent.
#[derive(Clone)]
pub enum Database {
    InMemory(Arc<Bridge>),
    #[cfg(feature = "postgres")]
    Postgres(PostgresDatabase),
}

impl Database {
    /// Returns what the framework gets.
    pub fn adapter(&self) -> Arc<dyn DatabaseAdapter> {
        match self {
            Self::InMemory(bridge) => bridge.clone(),
            #[cfg(feature = "postgres")]
            Self::Postgres(database) => database.bridge.clone(),
        }
    }

    /// Returns the bridge that converts, and whose own time is therefore kept apart.
    pub fn converting_bridge(&self) -> Option<&Arc<Bridge>> {
        match self {
            Self::InMemory(bridge) => Some(bridge),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => None,
        }
    }

    /// Returns the nanoseconds that a converting bridge has taken for itself up to now.
    pub fn bridge_ns(&self) -> Option<u64> {
        self.converting_bridge().map(|bridge| bridge.own_ns())
    }

    pub fn server(&self) -> Option<Arc<dyn DatabaseServer>> {
        match self {
            Self::InMemory(_) => None,
            #[cfg(feature = "postgres")]
            Self::Postgres(database) => Some(database.server.clone()),
        }
    }

    /// Waits, off the clock, until the adapter has ended what it does in the background.
    pub async fn rest(&self) {
        match self {
            Self::InMemory(_) => {}
            #[cfg(feature = "postgres")]
            Self::Postgres(database) => database.rest().await,
        }
    }

    /// Counts what is stored of the messages of an agent's first users.
    pub async fn count_by_user(
        &self,
        users: usize,
        fixtures: &Fixtures,
    ) -> Result<CountByUser, FrameworkError> {
        match self {
            Self::InMemory(bridge) => guard(count_by_user(bridge.plugin(), users, fixtures)).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(database) => {
                guard(count_by_user(database.bridge.plugin(), users, fixtures)).await
            }
        }
    }

    /// Reads what the database holds, for the ledger.
    pub async fn read_back(
        &self,
        plan: &MessagePlan,
        fixtures: &Fixtures,
    ) -> Result<Found, FrameworkError> {
        match self {
            Self::InMemory(bridge) => guard(read_back(bridge.plugin(), plan, fixtures)).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(database) => {
                guard(read_back(database.bridge.plugin(), plan, fixtures)).await
            }
        }
    }
}

/// The operations of a database scenario, on the database's own adapter.
pub enum DatabaseWork {
    InMemory(DatabaseRun<InMemoryDatabaseAdapter>, Arc<Bridge>),
    #[cfg(feature = "postgres")]
    Postgres(DatabaseRun<PostgresAdapter>, PostgresDatabase),
}

impl DatabaseWork {
    pub fn prepare(
        database: &Database,
        kind: Kind,
        load: &DatabaseLoad,
        fixtures: &Fixtures,
    ) -> Self {
        match database {
            Database::InMemory(bridge) => {
                Self::InMemory(DatabaseRun::prepare(kind, load, fixtures), bridge.clone())
            }
            #[cfg(feature = "postgres")]
            Database::Postgres(database) => {
                Self::Postgres(DatabaseRun::prepare(kind, load, fixtures), database.clone())
            }
        }
    }

    /// Stores the records that the scenario reads, one by one.
    pub async fn seed(&mut self) -> Result<(), FrameworkError> {
        match self {
            Self::InMemory(run, bridge) => run.seed(bridge.plugin()).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(run, database) => run.seed(database.bridge.plugin()).await,
        }
    }

    /// Leaves out the records that the database has already.
    pub fn skip_seeding(&mut self) {
        match self {
            Self::InMemory(run, _) => run.skip_seeding(),
            #[cfg(feature = "postgres")]
            Self::Postgres(run, _) => run.skip_seeding(),
        }
    }

    /// Runs the operations, as [`DatabaseRun::run`] says.
    pub async fn run(&mut self, verify: bool) -> Result<(), FrameworkError> {
        match self {
            Self::InMemory(run, bridge) => run.run(bridge.plugin(), verify).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(run, database) => run.run(database.bridge.plugin(), verify).await,
        }
    }

    /// Returns the checks of each operation. There are none unless the run verified.
    pub fn checks(&self) -> &[OperationCheck] {
        match self {
            Self::InMemory(run, _) => run.checks(),
            #[cfg(feature = "postgres")]
            Self::Postgres(run, _) => run.checks(),
        }
    }

    pub fn into_timings(self) -> Vec<OperationTiming> {
        match self {
            Self::InMemory(run, _) => run.into_timings(),
            #[cfg(feature = "postgres")]
            Self::Postgres(run, _) => run.into_timings(),
        }
    }
}
