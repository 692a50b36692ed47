//! Everything that an iteration is made from.

use std::sync::Arc;

use crate::calibration::CalibrationInputs;
use crate::contract::{Contract, Scenario};
use crate::databases::Databases;
use crate::instrument::Instrument;
use crate::measurement::IterationPhase;
use crate::messages::MessagePlan;
use crate::mock_llm_plugin::Answers;
use crate::observer::Observer;
use crate::sender::Sender;

/// The purpose of an iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Cold,
    Verify,
    /// Checks a decision to answer, after a verification.
    Decision,
    /// Counts what the messages allocate, after a verification.
    Allocations,
    Warmup,
    Plain,
    Observed,
    Control,
}

impl From<IterationPhase> for Phase {
    fn from(phase: IterationPhase) -> Self {
        match phase {
            IterationPhase::Warmup => Self::Warmup,
            IterationPhase::Plain => Self::Plain,
            IterationPhase::Observed => Self::Observed,
            IterationPhase::Control => Self::Control,
        }
    }
}

pub struct Recipe<'a> {
    pub databases: &'a Databases,
    pub contract: &'a Contract,
    pub scenario: Arc<Scenario>,
    pub plan: &'a MessagePlan,
    /// Only a calibration has these.
    pub kernel_inputs: Option<Arc<CalibrationInputs>>,
    pub answers: Arc<Answers>,
    pub sender: Arc<dyn Sender>,
    pub instrument: Option<&'a dyn Instrument>,
    /// The observer wraps what the instrument has wrapped.
    pub observer: Option<Observer>,
    pub phase: Phase,
    /// The iteration's number in its process is part of the messages' ids.
    pub number: u32,
}
