//! A PostgreSQL server, on a connection of the harness's own beside the pool of the plugin.

use std::env;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{ConnectOptions, Executor, Row};
use tokio::sync::Mutex;

use crate::Stop;
use crate::contract::{Kind, Scenario};
use crate::databases::server::{DatabaseServer, Look, Mark};
use crate::databases::server_cpu::{CpuReading, server_process_cpu_ns};
use crate::failure::{FrameworkError, InputError, guard};

/// Holds `postgres://user:password@host:port/database`.
pub const URL_VARIABLE: &str = "ELIZA_BENCHMARK_DATABASE_URL";

/// By this name others tell the harness's own connection from the plugin's.
const OWN_NAME: &str = "eliza-benchmark";

/// The database's connections without the harness's own.
const OTHERS: &str = "FROM pg_stat_activity WHERE datname = current_database() \
                      AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

/// One database of a server. It is this process's alone.
pub struct PostgresServer {
    url: String,
    version: String,
    own: Mutex<PgConnection>,
}

impl PostgresServer {
    /// Connects to the database that the environment names.
    pub async fn connect() -> Result<Self, Stop> {
        let url = env::var(URL_VARIABLE).map_err(|_| {
            InputError(format!(
                "--database postgres needs the database's address: set {URL_VARIABLE} to \
                 postgres://user:password@host:port/database"
            ))
        })?;
        // The error of the parser does not repeat the address, which holds a password.
        let options = PgConnectOptions::from_str(&url)
            .map_err(|error| InputError(format!("{URL_VARIABLE} is no address: {error}")))?;
        let refused =
            |error: sqlx::Error| Stop::broken(format!("cannot use {URL_VARIABLE}: {error}"));
        let options = options.application_name(OWN_NAME);
        let mut own = options.connect().await.map_err(refused)?;
        let row = own
            .fetch_one("SHOW server_version")
            .await
            .map_err(refused)?;
        let version: String = row.try_get(0).map_err(refused)?;
        // Packagers add their own words: `16.14 (Debian 16.14-1)`.
        let version = version.split(' ').next().unwrap_or_default().to_owned();
        Ok(Self {
            url,
            version,
            own: Mutex::new(own),
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Tells whether the database keeps all rows of `stock`.
    pub async fn has(&self, stock: &Stock) -> Result<bool, FrameworkError> {
        let table = stock.table();
        let there = format!("SELECT to_regclass('{table}') IS NOT NULL");
        if !self.read_one::<bool>(&there).await? {
            return Ok(false);
        }
        let rows: i64 = self
            .read_one(&format!("SELECT count(*) FROM {table}"))
            .await?;
        Ok(rows == stock.rows())
    }

    /// Copies the memories of `stock` for later agents.
    pub async fn keep(&self, stock: &Stock) -> Result<(), FrameworkError> {
        let table = stock.table();
        self.execute("CREATE SCHEMA IF NOT EXISTS eliza_benchmark")
            .await?;
        self.execute(&format!("DROP TABLE IF EXISTS {table}"))
            .await?;
        let rows = stock.id_prefix();
        self.execute(&format!(
            "CREATE TABLE {table} AS SELECT * FROM public.memories WHERE id::text LIKE '{rows}%'"
        ))
        .await
    }

    /// Puts the kept memories of `stock` back. Their rooms and entities are there already.
    pub async fn restore(&self, stock: &Stock) -> Result<(), FrameworkError> {
        let table = stock.table();
        self.execute(&format!(
            "INSERT INTO public.memories SELECT * FROM {table}"
        ))
        .await
    }

    /// Text alone, without arguments, goes as a simple query: it is sent as it stands every time.
    async fn execute(&self, statement: &str) -> Result<(), FrameworkError> {
        let mut own = self.own.lock().await;
        guard(own.execute(statement)).await?;
        Ok(())
    }

    async fn read_rows(&self, statement: &str) -> Result<Vec<PgRow>, FrameworkError> {
        let mut own = self.own.lock().await;
        guard(own.fetch_all(statement)).await
    }

    /// Reads the only column of the only row.
    async fn read_one<T>(&self, statement: &str) -> Result<T, FrameworkError>
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let mut own = self.own.lock().await;
        let row = guard(own.fetch_one(statement)).await?;
        Ok(row.try_get(0)?)
    }

    async fn list_others(&self) -> Result<Vec<i32>, FrameworkError> {
        let rows = self.read_rows(&format!("SELECT pid {OTHERS}")).await?;
        let pids = rows.iter().map(|row| row.try_get(0));
        Ok(pids.collect::<Result<_, _>>()?)
    }
}

#[async_trait]
impl DatabaseServer for PostgresServer {
    fn describe(&self) -> String {
        format!(
            "elizaos-plugin-sql {} through the harness's bridge on PostgreSQL {}",
            env!("BENCH_SQL_PLUGIN_VERSION"),
            self.version
        )
    }

    async fn clear(&self) -> Result<(), FrameworkError> {
        let tables: Option<String> = self
            .read_one(
                "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') \
                 FROM pg_tables WHERE schemaname = 'public'",
            )
            .await?;
        match tables {
            None => Ok(()),
            Some(tables) => self.execute(&format!("TRUNCATE {tables} CASCADE")).await,
        }
    }

    async fn mark(&self, mark: Mark) -> Result<(), FrameworkError> {
        self.execute(mark.statement()).await
    }

    async fn read_cpu(&self) -> Result<CpuReading, FrameworkError> {
        let pids = self.list_others().await?;
        Ok(CpuReading::new(&pids, server_process_cpu_ns))
    }

    async fn cpu_ns_since(&self, reading: &CpuReading) -> Result<Option<u64>, FrameworkError> {
        // The known ones are read first, so that nothing comes between them and the span.
        let known = reading.elapsed_ns();
        let pids = self.list_others().await?;
        let new = reading.newcomers_ns(&pids);
        Ok(known.zip(new).map(|(known, new)| known + new))
    }

    /// The server notes when each connection has last begun or ended a statement.
    async fn look(&self) -> Result<Look, FrameworkError> {
        let rows = self
            .read_rows(&format!(
                "SELECT count(*) FILTER (WHERE state IS DISTINCT FROM 'idle'), \
                 extract(epoch FROM clock_timestamp() - max(state_change))::float8 {OTHERS}"
            ))
            .await?;
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        let (busy, idle_s): (i64, Option<f64>) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Look {
            busy: busy.unsigned_abs(),
            idle: idle_s.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))),
        })
    }
}

/// Memories that are there before the first message.
#[derive(Debug, PartialEq, Eq)]
pub enum Stock {
    /// What a scenario starts from. There are no others.
    Scenario {
        history: usize,
        records: usize,
        rooms: usize,
    },
    /// The history of a live agent, whose ids begin with `id_prefix`.
    Live {
        id_prefix: String,
        users: usize,
        history: usize,
    },
}

impl Stock {
    /// Returns `None` for a scenario that starts without any.
    pub fn of(scenario: &Scenario) -> Option<Self> {
        let reads = scenario.kind == Kind::DatabaseRead;
        let load = scenario.database.as_ref().filter(|_| reads);
        let stock = Self::Scenario {
            history: scenario.config.history,
            records: load.map_or(0, |load| load.records),
            rooms: load.map_or(0, |load| load.rooms),
        };
        (stock.rows() > 0).then_some(stock)
    }

    fn rows(&self) -> i64 {
        let rows = match self {
            Self::Scenario {
                history, records, ..
            } => history + records,
            Self::Live { history, .. } => *history,
        };
        i64::try_from(rows).expect("rows are counted in 63 bits")
    }

    fn table(&self) -> String {
        match self {
            Self::Scenario {
                history,
                records,
                rooms,
            } => format!("eliza_benchmark.history_{history}_records_{records}_rooms_{rooms}"),
            Self::Live {
                id_prefix,
                users,
                history,
            } => {
                let agent = id_prefix.split('-').next().unwrap_or_default();
                format!("eliza_benchmark.live_{agent}_history_{history}_users_{users}")
            }
        }
    }

    fn id_prefix(&self) -> &str {
        match self {
            Self::Scenario { .. } => "",
            Self::Live { id_prefix, .. } => id_prefix,
        }
    }
}

impl From<sqlx::Error> for FrameworkError {
    fn from(error: sqlx::Error) -> Self {
        Self {
            kind: std::any::type_name::<sqlx::Error>().to_owned(),
            message: error.to_string(),
            stack: format!("{error:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stock;
    use crate::contract::{Contract, repository_folder};

    fn stock_of(id: &str) -> Option<Stock> {
        let contract = Contract::load(&repository_folder(), None).unwrap();
        Stock::of(contract.select(&[id.to_owned()]).unwrap()[0])
    }

    #[test]
    fn a_stock_is_the_history_or_the_records_that_a_scenario_starts_from() {
        assert_eq!(stock_of("single-message"), None);
        assert_eq!(stock_of("db-write-throughput"), None);
        let history = stock_of("history-scaling-1000").unwrap();
        let records = stock_of("db-read-throughput").unwrap();
        assert_eq!((history.rows(), records.rows()), (1000, 10_000));
        assert_ne!(history.table(), records.table());
    }

    #[test]
    fn live_agents_have_stocks_of_their_own() {
        let of_agent = |id_prefix: &str| Stock::Live {
            id_prefix: id_prefix.to_owned(),
            users: 3,
            history: 20,
        };
        let first = of_agent("f0000000-0000-4000-8000-");
        assert_eq!(first.rows(), 20);
        assert_eq!(
            first.table(),
            "eliza_benchmark.live_f0000000_history_20_users_3"
        );
        assert_ne!(first.table(), of_agent("f0000001-0000-4000-8000-").table());
    }
}
