//! Fills the database of a new agent with what a scenario starts from.

use std::ops::Range;
use std::time::Instant;

use crate::clocks::elapsed_ns;
use crate::contract::{Contract, Fixtures, Scenario};
use crate::database_setup::{seed, seed_memories};
use crate::databases::{Database, DatabaseWork};
use crate::failure::FrameworkError;
use crate::messages::MessagePlan;

/// Puts everything into `database` that is there before the first message or operation. Returns the
/// nanoseconds that this took.
pub async fn fill(
    database: &Database,
    work: Option<&mut DatabaseWork>,
    contract: &Contract,
    scenario: &Scenario,
    plan: &MessagePlan,
) -> Result<u64, FrameworkError> {
    match database {
        Database::InMemory(bridge) => {
            let seeding = Instant::now();
            seed(&**bridge, contract, scenario, plan).await?;
            if let Some(work) = work {
                work.seed().await?;
            }
            Ok(elapsed_ns(seeding))
        }
        #[cfg(feature = "postgres")]
        Database::Postgres(database) => {
            on_server::fill(database, work, contract, scenario, plan).await
        }
    }
}

/// Puts the older memories with these numbers into the rooms of a live agent's first users.
pub async fn add_history(
    database: &Database,
    numbers: Range<usize>,
    users: usize,
    fixtures: &Fixtures,
) -> Result<(), FrameworkError> {
    match database {
        Database::InMemory(bridge) => seed_memories(&**bridge, numbers, users, fixtures).await,
        #[cfg(feature = "postgres")]
        Database::Postgres(database) => {
            on_server::add_history(database, numbers, users, fixtures).await
        }
    }
}

#[cfg(feature = "postgres")]
mod on_server {
    use std::ops::Range;
    use std::time::Instant;

    use elizaos::Agent;
    use elizaos::runtime::DatabaseAdapter;
    use elizaos_plugin_sql::base::DatabaseAdapter as PluginAdapter;

    use crate::clocks::elapsed_ns;
    use crate::contract::{Contract, Fixtures, Scenario};
    use crate::database_setup::{
        list_members, make_members, make_room, seed_history, seed_memories, seed_people,
    };
    use crate::databases::DatabaseWork;
    use crate::databases::postgres::PostgresDatabase;
    use crate::databases::postgres_server::Stock;
    use crate::failure::{FrameworkError, guard};
    use crate::messages::MessagePlan;

    /// Memories go in one by one through the adapter once for each database. Later agents get a
    /// copy of those rows: seeding ten thousand takes seconds.
    pub async fn fill(
        database: &PostgresDatabase,
        work: Option<&mut DatabaseWork>,
        contract: &Contract,
        scenario: &Scenario,
        plan: &MessagePlan,
    ) -> Result<u64, FrameworkError> {
        let (bridge, server) = (&*database.bridge, &database.server);
        let stock = Stock::of(scenario);
        let kept = match &stock {
            Some(stock) => server.has(stock).await?,
            None => false,
        };
        let seeding = Instant::now();
        // The runtime stores no agent, and every other row names one.
        guard(bridge.create_agent(&Agent::from_character(contract.character.clone()))).await?;
        seed_people(bridge, contract, plan).await?;
        seed_members(database, contract, plan).await?;
        create_record_rooms(database, contract, scenario, plan).await?;
        match &stock {
            Some(stock) if kept => {
                server.restore(stock).await?;
                if let Some(work) = work {
                    work.skip_seeding();
                }
            }
            _ => {
                seed_history(bridge, contract, scenario).await?;
                if let Some(work) = work {
                    work.seed().await?;
                }
            }
        }
        let seed_ns = elapsed_ns(seeding);
        if let Some(stock) = stock.filter(|_| !kept) {
            server.keep(&stock).await?;
        }
        Ok(seed_ns)
    }

    /// A history from the beginning goes in once for each database, as those of scenarios do.
    pub async fn add_history(
        database: &PostgresDatabase,
        numbers: Range<usize>,
        users: usize,
        fixtures: &Fixtures,
    ) -> Result<(), FrameworkError> {
        let (bridge, server) = (&*database.bridge, &database.server);
        if numbers.start > 0 || numbers.is_empty() {
            return seed_memories(bridge, numbers, users, fixtures).await;
        }
        let stock = Stock::Live {
            id_prefix: fixtures.history_id_prefix.clone(),
            users,
            history: numbers.end,
        };
        if server.has(&stock).await? {
            return server.restore(&stock).await;
        }
        seed_memories(bridge, numbers, users, fixtures).await?;
        server.keep(&stock).await
    }

    /// Puts the further members into the first room, all at once: the framework's trait takes one.
    async fn seed_members(
        database: &PostgresDatabase,
        contract: &Contract,
        plan: &MessagePlan,
    ) -> Result<(), FrameworkError> {
        if plan.members == 0 {
            return Ok(());
        }
        let (plugin, fixtures) = (database.bridge.plugin(), &contract.fixtures);
        guard(plugin.create_entities(&make_members(plan, fixtures))).await?;
        let (ids, room) = (list_members(plan, fixtures), fixtures.room_id(0));
        guard(plugin.add_participants_room(&ids, &room)).await?;
        Ok(())
    }

    /// Creates the rooms that records lie in and no message names. A record's room is a foreign key.
    async fn create_record_rooms(
        database: &PostgresDatabase,
        contract: &Contract,
        scenario: &Scenario,
        plan: &MessagePlan,
    ) -> Result<(), FrameworkError> {
        let rooms = scenario.database.as_ref().map_or(0, |load| load.rooms);
        for number in plan.rooms.len()..rooms {
            let id = contract.fixtures.room_id(number);
            let room = make_room(&id, &format!("room-{}", number + 1), &contract.fixtures);
            guard(database.bridge.create_room(&room)).await?;
        }
        Ok(())
    }
}
