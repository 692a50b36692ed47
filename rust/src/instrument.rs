//! Wrapping the parts of a runtime: the seam through which verification watches what the framework does.

use std::sync::Arc;

use elizaos::runtime::DatabaseAdapter;
use elizaos::types::components::{ActionHandler, EvaluatorHandler, ProviderHandler};
use elizaos::types::plugin::{ModelHandlerFn, Plugin};

/// Puts a wrapper of its own around each part it is handed. A wrapper hands every call on, unchanged.
pub trait Instrument: Send + Sync {
    fn adapter(&self, inner: Arc<dyn DatabaseAdapter>) -> Arc<dyn DatabaseAdapter>;
    fn provider(&self, inner: Arc<dyn ProviderHandler>) -> Arc<dyn ProviderHandler>;
    fn action(&self, inner: Arc<dyn ActionHandler>) -> Arc<dyn ActionHandler>;
    fn evaluator(&self, inner: Arc<dyn EvaluatorHandler>) -> Arc<dyn EvaluatorHandler>;
    fn model(&self, model_type: &str, inner: ModelHandlerFn) -> ModelHandlerFn;
}

/// `plugin` with every handler wrapped, in its order.
pub fn wrap_plugin(mut plugin: Plugin, instrument: &dyn Instrument) -> Plugin {
    plugin.provider_handlers = plugin.provider_handlers.into_iter().map(|inner| instrument.provider(inner)).collect();
    plugin.action_handlers = plugin.action_handlers.into_iter().map(|inner| instrument.action(inner)).collect();
    plugin.evaluator_handlers =
        plugin.evaluator_handlers.into_iter().map(|inner| instrument.evaluator(inner)).collect();
    plugin.model_handlers = plugin
        .model_handlers
        .into_iter()
        .map(|(model_type, inner)| {
            let wrapped = instrument.model(&model_type, inner);
            (model_type, wrapped)
        })
        .collect();
    plugin
}
