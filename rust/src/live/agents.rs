//! The agents that a live process holds alive.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use elizaos::{Agent, AgentRuntime, Memory, UUID};

use crate::agent::RunningAgent;
use crate::clocks::elapsed_ns;
use crate::contract::{Contract, Fixtures, Scenario};
use crate::database_setup::{
    add_participant, build_live_message, make_world, seed_agent, seed_room, seed_user,
};
use crate::databases::Databases;
use crate::databases::filling::add_history;
use crate::databases::server::settle;
use crate::failure::{FrameworkError, InputError, guard};
use crate::live::protocol::{Made, Store};
use crate::live::stored::CountByUser;
use crate::live::stores;
use crate::messages::vary_id;
use crate::mock_llm_plugin::MockLlm;

/// Why a command was not obeyed.
pub enum Trouble {
    Input(InputError),
    Framework(FrameworkError),
}

impl From<InputError> for Trouble {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<FrameworkError> for Trouble {
    fn from(error: FrameworkError) -> Self {
        Self::Framework(error)
    }
}

struct LiveAgent {
    agent: RunningAgent,
    /// It knows the users below this number.
    users: usize,
    /// It has so many older memories.
    history: usize,
}

pub struct Agents {
    databases: Databases,
    /// The ids of agent 0.
    ids: Fixtures,
    /// As the agent sees it that it was last used for: with that agent's ids.
    contract: Contract,
    pub scenario: Arc<Scenario>,
    /// One for all agents, so that no agent is charged for it.
    pub mock: Arc<MockLlm>,
    alive: Vec<LiveAgent>,
}

impl Agents {
    pub fn new(
        databases: Databases,
        contract: Contract,
        scenario: Arc<Scenario>,
        mock: Arc<MockLlm>,
    ) -> Self {
        Self {
            databases,
            ids: contract.fixtures.clone(),
            contract,
            scenario,
            mock,
            alive: Vec::new(),
        }
    }

    /// Makes `count` further agents one after another: construct, initialize, seed.
    pub async fn make(&mut self, count: NonZeroUsize) -> Result<Made, FrameworkError> {
        if let (Some(server), true) = (self.databases.server(), self.alive.is_empty()) {
            server.clear().await?;
        }
        let mut made = Made::default();
        for _ in 0..count.get() {
            let number = self.alive.len();
            self.use_ids_of(number, self.ids.live_agent_id(number));
            self.contract.character.id = Some(self.contract.fixtures.agent_id.clone());
            let agent = RunningAgent::start(
                &self.databases,
                &self.contract,
                &self.scenario,
                self.mock.clone(),
                &[],
            )
            .await?;
            made.construct_ns.push(agent.construct_ns);
            made.initialize_ns.push(agent.initialize_ns);
            self.alive.push(LiveAgent {
                agent,
                users: 0,
                history: 0,
            });

            let seeding = Instant::now();
            self.seed(number).await?;
            made.seed_ns.push(elapsed_ns(seeding));
        }
        made.alive = self.alive.len();
        Ok(made)
    }

    /// Stores the agent, its world and user 0.
    async fn seed(&mut self, number: usize) -> Result<(), FrameworkError> {
        let database = &self.alive[number].agent.database;
        let (adapter, fixtures) = (database.adapter(), &self.contract.fixtures);
        if database.server().is_some() {
            // The runtime stores no agent, and every other row on a server names one.
            let agent = Agent::from_character(self.contract.character.clone());
            guard(adapter.create_agent(&agent)).await?;
        }
        seed_agent(&*adapter, &self.contract).await?;
        guard(adapter.create_world(&make_world(fixtures))).await?;
        self.add_users(number, 1).await
    }

    /// Makes agent `number` know `count` users, each in a room of their own, and `history` older
    /// memories.
    pub async fn know(
        &mut self,
        number: usize,
        count: NonZeroUsize,
        history: usize,
    ) -> Result<(), Trouble> {
        self.turn_to(number)?;
        self.add_users(number, count.get()).await?;
        let live = &mut self.alive[number];
        let numbers = live.history..history;
        let (database, fixtures) = (&live.agent.database, &self.contract.fixtures);
        add_history(database, numbers, count.get(), fixtures).await?;
        live.history = live.history.max(history);
        Ok(())
    }

    async fn add_users(&mut self, number: usize, count: usize) -> Result<(), FrameworkError> {
        let LiveAgent { agent, users, .. } = &mut self.alive[number];
        let (adapter, fixtures) = (agent.database.adapter(), &self.contract.fixtures);
        for user in *users..count {
            seed_room(&*adapter, user, &format!("room-{}", user + 1), fixtures).await?;
            seed_user(&*adapter, user, &format!("user-{}", user + 1), fixtures).await?;
            add_participant(&*adapter, user, user, fixtures).await?;
            *users = user + 1;
        }
        Ok(())
    }

    /// Builds message `id` of a user, and returns it with the runtime that it is for.
    pub fn build_message(
        &mut self,
        id: usize,
        number: usize,
        user: usize,
    ) -> Result<(Arc<AgentRuntime>, Memory), InputError> {
        let LiveAgent { agent, users, .. } = self.turn_to(number)?;
        let (runtime, users) = (agent.runtime.clone(), *users);
        if user >= users {
            return Err(InputError(format!(
                "agent {number} knows {users} users, not user {user}; give it more by `users`"
            )));
        }
        let number = u32::try_from(number).expect("agents are counted in 32 bits");
        let message = build_live_message(number, id, user, &self.contract.fixtures);
        Ok((runtime, message))
    }

    pub async fn count_stored(&mut self, number: usize) -> Result<CountByUser, Trouble> {
        self.turn_to(number)?;
        let LiveAgent { agent, users, .. } = &self.alive[number];
        let fixtures = &self.contract.fixtures;
        Ok(agent.database.count_by_user(*users, fixtures).await?)
    }

    pub async fn list_stores(&self) -> Result<Vec<Store>, FrameworkError> {
        stores::list(&self.running()).await
    }

    pub async fn empty_store(&self, name: &str) -> Result<(), Trouble> {
        let known = self.list_stores().await?;
        if !known.iter().any(|store| store.name == name) {
            return Err(Trouble::Input(InputError(format!(
                "there is no store `{name}`; `stores` names them"
            ))));
        }
        Ok(stores::empty(&self.running(), name).await?)
    }

    /// Stops every agent and drops it with its database, then waits for the database's server.
    pub async fn drop_all(&mut self) -> Result<(), FrameworkError> {
        for LiveAgent { agent, .. } in std::mem::take(&mut self.alive) {
            guard(agent.runtime.stop()).await?;
        }
        if let Some(server) = self.databases.server() {
            settle(&*server).await?;
        }
        Ok(())
    }

    fn running(&self) -> Vec<&RunningAgent> {
        self.alive.iter().map(|live| &live.agent).collect()
    }

    /// Finds agent `number`, and makes the contract that which this agent sees.
    fn turn_to(&mut self, number: usize) -> Result<&LiveAgent, InputError> {
        let alive = self.alive.len();
        let live = self.alive.get(number).ok_or_else(|| {
            InputError(format!(
                "there is no agent {number}: {alive} are alive; make more by `agents`"
            ))
        })?;
        self.use_ids_of(number, live.agent.runtime.agent_id.clone());
        Ok(&self.alive[number])
    }

    /// Agents that share the database of a server share no world, user, room or memory.
    fn use_ids_of(&mut self, number: usize, agent_id: UUID) {
        let fixtures = &mut self.contract.fixtures;
        fixtures.agent_id = agent_id;
        if self.databases.server().is_none() {
            return;
        }
        let world_id = vary_id(self.ids.world_id.as_str(), number);
        fixtures.world_id = UUID::new(&world_id).expect("a varied UUID is one");
        fixtures.room_id_prefix = vary_id(&self.ids.room_id_prefix, number);
        fixtures.entity_id_prefix = vary_id(&self.ids.entity_id_prefix, number);
        fixtures.history_id_prefix = vary_id(&self.ids.history_id_prefix, number);
    }
}
