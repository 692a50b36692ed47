//! Wraps the parts of a runtime. Verification and observation watch the framework through these
//! wrappers.

use std::sync::Arc;

use anyhow::Result;
use async_trait::async_trait;
use elizaos::runtime::DatabaseAdapter;
use elizaos::types::components::{ActionHandler, EvaluatorHandler, ProviderHandler};
use elizaos::types::database::{GetMemoriesParams, SearchMemoriesParams};
use elizaos::types::plugin::{ModelHandlerFn, Plugin};
use elizaos::{Agent, Entity, Memory, Room, Task, UUID, World};

/// Puts a wrapper around each part that it is given. A wrapper passes every call on unchanged.
pub trait Instrument: Send + Sync {
    fn wrap_adapter(&self, inner: Arc<dyn DatabaseAdapter>) -> Arc<dyn DatabaseAdapter>;
    fn wrap_provider(&self, inner: Arc<dyn ProviderHandler>) -> Arc<dyn ProviderHandler>;
    fn wrap_action(&self, inner: Arc<dyn ActionHandler>) -> Arc<dyn ActionHandler>;
    fn wrap_evaluator(&self, inner: Arc<dyn EvaluatorHandler>) -> Arc<dyn EvaluatorHandler>;
    fn wrap_model(&self, model_type: &str, inner: ModelHandlerFn) -> ModelHandlerFn;
}

/// Wraps every handler of `plugin` and keeps their order.
pub fn wrap_plugin(mut plugin: Plugin, instrument: &dyn Instrument) -> Plugin {
    plugin.provider_handlers = plugin
        .provider_handlers
        .into_iter()
        .map(|inner| instrument.wrap_provider(inner))
        .collect();
    plugin.action_handlers = plugin
        .action_handlers
        .into_iter()
        .map(|inner| instrument.wrap_action(inner))
        .collect();
    plugin.evaluator_handlers = plugin
        .evaluator_handlers
        .into_iter()
        .map(|inner| instrument.wrap_evaluator(inner))
        .collect();
    plugin.model_handlers = plugin
        .model_handlers
        .into_iter()
        .map(|(model_type, inner)| {
            let wrapped = instrument.wrap_model(&model_type, inner);
            (model_type, wrapped)
        })
        .collect();
    plugin
}

/// Sees every call of an adapter. `method` is the name that the trait gives it.
pub trait AdapterWatch: Send + Sync {
    fn on_enter(&self, method: &'static str);
    /// `read` holds the memories that `get_memories` returned. For other methods it is empty.
    fn on_return(&self, method: &'static str, read: &[Memory]);
    /// Comes after the return of a method that has read memories and asked for at most `limit`.
    fn on_read(&self, _limit: Option<i32>, _returned: usize) {}
}

/// Tells a watch of every call of an adapter and passes the call on.
pub struct WatchedAdapter {
    inner: Arc<dyn DatabaseAdapter>,
    watch: Arc<dyn AdapterWatch>,
}

impl WatchedAdapter {
    pub fn new(inner: Arc<dyn DatabaseAdapter>, watch: Arc<dyn AdapterWatch>) -> Self {
        Self { inner, watch }
    }
}

macro_rules! watched_adapter {
    ($($method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl DatabaseAdapter for WatchedAdapter {
            async fn get_memories(&self, params: GetMemoriesParams) -> Result<Vec<Memory>> {
                self.watch.on_enter("get_memories");
                let limit = params.count;
                let memories = self.inner.get_memories(params).await;
                self.watch.on_return("get_memories", memories.as_deref().unwrap_or_default());
                if let Ok(read) = &memories {
                    self.watch.on_read(limit, read.len());
                }
                memories
            }

            async fn search_memories(&self, params: SearchMemoriesParams) -> Result<Vec<Memory>> {
                self.watch.on_enter("search_memories");
                let limit = params.count;
                let memories = self.inner.search_memories(params).await;
                self.watch.on_return("search_memories", &[]);
                if let Ok(read) = &memories {
                    self.watch.on_read(limit, read.len());
                }
                memories
            }

            $(async fn $method(&self, $($argument: $type),*) -> Result<$answer> {
                self.watch.on_enter(stringify!($method));
                let answer = self.inner.$method($($argument),*).await;
                self.watch.on_return(stringify!($method), &[]);
                answer
            })*
        }
    };
}

watched_adapter! {
    init() -> ();
    close() -> ();
    is_ready() -> bool;
    get_agent(agent_id: &UUID) -> Option<Agent>;
    create_agent(agent: &Agent) -> bool;
    update_agent(agent_id: &UUID, agent: &Agent) -> bool;
    delete_agent(agent_id: &UUID) -> bool;
    create_memory(memory: &Memory, table_name: &str) -> UUID;
    update_memory(memory: &Memory) -> bool;
    delete_memory(memory_id: &UUID) -> ();
    get_memory_by_id(id: &UUID) -> Option<Memory>;
    create_world(world: &World) -> UUID;
    get_world(id: &UUID) -> Option<World>;
    create_room(room: &Room) -> UUID;
    get_room(id: &UUID) -> Option<Room>;
    create_entity(entity: &Entity) -> bool;
    get_entity(id: &UUID) -> Option<Entity>;
    add_participant(entity_id: &UUID, room_id: &UUID) -> bool;
    create_task(task: &Task) -> UUID;
    get_task(id: &UUID) -> Option<Task>;
    update_task(id: &UUID, task: &Task) -> ();
    delete_task(id: &UUID) -> ();
}
