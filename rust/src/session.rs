//! The part that all cells of a process share.

use std::cell::Cell as Counter;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::contract::{Choice, Contract};
use crate::databases::Databases;
use crate::failure::InputError;
use crate::mock_llm_plugin::Answers;
use crate::recipe::Phase;
use crate::sender::Sender;
use crate::streaming::make_chunks;

/// Everything that a cell needs from its process.
pub struct Session {
    pub contract: Contract,
    pub databases: Databases,
    pub sender: Arc<dyn Sender>,
    pub model_delay: Duration,
    /// The resident set after loading and before the first runtime.
    pub rss_ready_bytes: Option<u64>,
    /// The number of the process's next iteration. 0 belongs to the cold start, whether or not
    /// there was one.
    next_number: Counter<u32>,
}

impl Session {
    pub fn new(
        contract: Contract,
        databases: Databases,
        sender: Arc<dyn Sender>,
        model_delay: Duration,
        rss_ready_bytes: Option<u64>,
    ) -> Self {
        Self {
            contract,
            databases,
            sender,
            model_delay,
            rss_ready_bytes,
            next_number: Counter::new(1),
        }
    }

    pub fn take_number(&self, phase: Phase) -> u32 {
        if phase == Phase::Cold {
            0
        } else {
            self.next_number.replace(self.next_number.get() + 1)
        }
    }

    pub fn make_answers(
        &self,
        chosen: &HashMap<String, Choice>,
        streamed_chunks: usize,
    ) -> Result<Arc<Answers>, InputError> {
        let chunks = make_chunks(&self.contract.fixtures, streamed_chunks);
        let answers = Answers::prepare(&self.contract.responses, chosen, self.model_delay)?;
        Ok(Arc::new(answers.with_chunks(&chunks)))
    }
}
