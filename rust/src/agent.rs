//! An agent is a fresh runtime of the real framework on a fresh database. Only the model is
//! replaced.

use std::sync::Arc;
use std::time::Instant;

use elizaos::AgentRuntime;
use elizaos::bootstrap_core::{CapabilityConfig, create_bootstrap_plugin};
use elizaos::runtime::RuntimeOptions;
use elizaos::types::agent::Bio;
use elizaos::types::plugin::Plugin;
use elizaos::types::settings::RuntimeSettings;

use crate::clocks::elapsed_ns;
use crate::contract::{Contract, ProviderSet, Scenario};
use crate::databases::server::settle;
use crate::databases::{Database, Databases};
use crate::failure::{FrameworkError, guard};
use crate::instrument::{Instrument, wrap_plugin};
use crate::measurement::Bootstrap;
use crate::mock_llm_plugin::MockLlm;
use crate::provided_texts::make_character_text;
use crate::streaming::make_stream_handler;

/// `config.providers: "character-only"` leaves this provider alone.
const CHARACTER_PROVIDER: &str = "CHARACTER";

/// The framework's names of models that stream, each with the model whose answers it streams.
const STREAMING_MODELS: [(&str, &str); 2] = [
    ("TEXT_SMALL_STREAM", "TEXT_SMALL"),
    ("TEXT_LARGE_STREAM", "TEXT_LARGE"),
];

pub struct RunningAgent {
    pub runtime: Arc<AgentRuntime>,
    pub database: Database,
    pub mock: Arc<MockLlm>,
    pub construct_ns: u64,
    pub initialize_ns: u64,
    /// The names that the benchmark's own plugin registered.
    own_names: Vec<String>,
}

impl RunningAgent {
    /// Constructs and initializes an agent and times both. Every instrument wraps what those before
    /// it have wrapped.
    ///
    /// Without an instrument the framework bootstraps itself as it does for any user, unless the
    /// scenario leaves providers out.
    pub async fn start(
        databases: &Databases,
        contract: &Contract,
        scenario: &Scenario,
        mock: Arc<MockLlm>,
        instruments: &[&dyn Instrument],
    ) -> Result<Self, FrameworkError> {
        let own_bootstrap =
            !instruments.is_empty() || scenario.config.providers == ProviderSet::CharacterOnly;
        let mut character = contract.character.clone();
        if scenario.config.character_chars > 0 {
            let text = make_character_text(&contract.fixtures, scenario.config.character_chars);
            character.bio = lengthen(character.bio, text);
        }
        let mut settings = RuntimeSettings::new();
        settings.set_string(
            "USE_MULTI_STEP",
            if scenario.config.multi_step {
                "true"
            } else {
                "false"
            },
        );

        if let Some(rounds) = scenario.config.multi_step_rounds {
            settings.set_string("MAX_MULTISTEP_ITERATIONS", &rounds.to_string());
        }

        let constructing = Instant::now();
        let database = databases.open(&contract.fixtures.agent_id).await?;
        let plugin = mock.make_plugin(contract, scenario);
        let own_names = list_names(&plugin);
        let adapter = instruments
            .iter()
            .fold(database.adapter(), |inner, instrument| {
                instrument.wrap_adapter(inner)
            });
        let plugin = wrap_all(plugin, instruments);
        let runtime = guard(AgentRuntime::new(RuntimeOptions {
            character: Some(character),
            plugins: vec![plugin],
            adapter: Some(adapter),
            settings: Some(settings),
            disable_basic_capabilities: own_bootstrap.then_some(true),
            check_should_respond: Some(scenario.config.check_should_respond),
            ..RuntimeOptions::default()
        }))
        .await?;
        if scenario.config.streamed_chunks > 0 {
            for (name, model_type) in STREAMING_MODELS {
                let handler = make_stream_handler(&mock, model_type);
                runtime.register_streaming_model(name, handler).await;
            }
        }
        let construct_ns = elapsed_ns(constructing);

        let initializing = Instant::now();
        if own_bootstrap {
            let plugin = make_bootstrap_plugin(&runtime, scenario.config.providers, instruments);
            guard(runtime.register_plugin(plugin)).await?;
        }
        guard(runtime.initialize()).await?;
        let initialize_ns = elapsed_ns(initializing);

        Ok(Self {
            runtime,
            database,
            mock,
            construct_ns,
            initialize_ns,
            own_names,
        })
    }

    /// Lists what the runtime has registered, without the benchmark's own plugin.
    pub async fn list_bootstrap(&self) -> Bootstrap {
        let foreign = |name: &String| !self.own_names.contains(name);
        let providers = self.runtime.list_provider_definitions().await;
        let actions = self.runtime.list_action_definitions().await;
        let evaluators = self.runtime.list_evaluator_definitions().await;
        Bootstrap {
            providers: providers
                .into_iter()
                .map(|definition| definition.name)
                .filter(foreign)
                .collect(),
            actions: actions
                .into_iter()
                .map(|definition| definition.name)
                .filter(foreign)
                .collect(),
            evaluators: evaluators
                .into_iter()
                .map(|definition| definition.name)
                .filter(foreign)
                .collect(),
        }
    }

    /// Stops the runtime and drops it with its database, then waits for the database's server.
    pub async fn stop(self) -> Result<Stopped, FrameworkError> {
        let server = self.database.server();
        let stopping = Instant::now();
        guard(self.runtime.stop()).await?;
        drop(self);
        let teardown_ns = elapsed_ns(stopping);
        let settle_ns = match server {
            Some(server) => Some(settle(&*server).await?),
            None => None,
        };
        Ok(Stopped {
            teardown_ns,
            settle_ns,
        })
    }
}

/// How long an agent took to stop, in nanoseconds.
pub struct Stopped {
    pub teardown_ns: u64,
    /// How long its database's server went on working. `None` without a server.
    pub settle_ns: Option<u64>,
}

fn lengthen(bio: Bio, text: String) -> Bio {
    let mut entries = match bio {
        Bio::Single(entry) => vec![entry],
        Bio::Multiple(entries) => entries,
    };
    entries.push(text);
    Bio::Multiple(entries)
}

/// Makes the framework's own bootstrap plugin. The harness registers it, because `initialize` gives
/// no access to its handlers.
fn make_bootstrap_plugin(
    runtime: &Arc<AgentRuntime>,
    providers: ProviderSet,
    instruments: &[&dyn Instrument],
) -> Plugin {
    let full = create_bootstrap_plugin(Arc::downgrade(runtime), CapabilityConfig::default());
    let plugin = match providers {
        ProviderSet::Bootstrap => full,
        ProviderSet::CharacterOnly => keep_character_provider(full),
    };
    wrap_all(plugin, instruments)
}

fn wrap_all(plugin: Plugin, instruments: &[&dyn Instrument]) -> Plugin {
    instruments.iter().fold(plugin, |plugin, instrument| {
        wrap_plugin(plugin, *instrument)
    })
}

fn keep_character_provider(mut plugin: Plugin) -> Plugin {
    plugin
        .provider_handlers
        .retain(|provider| provider.definition().name == CHARACTER_PROVIDER);
    if let Some(definitions) = &mut plugin.definition.providers {
        definitions.retain(|definition| definition.name == CHARACTER_PROVIDER);
    }
    plugin
}

fn list_names(plugin: &Plugin) -> Vec<String> {
    let definition = &plugin.definition;
    let providers = definition
        .providers
        .iter()
        .flatten()
        .map(|provider| provider.name.clone());
    let actions = definition
        .actions
        .iter()
        .flatten()
        .map(|action| action.name.clone());
    providers.chain(actions).collect()
}
