//! Derives the stages of an observed iteration from its marks.
//!
//! The framework's steps are concrete methods that cannot be wrapped, but the calls that they make
//! can. A step begins and ends with the calls around it. Every nanosecond of a message goes to the
//! self time of exactly one row.

use std::collections::{BTreeMap, HashSet};

use crate::measurement::{Stage, StageName};
use crate::spans::{Family, Mark, MarkKind, Part, Trace};

/// The framework uses this model for the decision to answer only.
const DECISION_MODEL: &str = "TEXT_SMALL";

/// Returns the stages of all messages of the trace.
pub fn sum_stages(trace: &Trace) -> Vec<Stage> {
    let mut rows = Rows {
        trace,
        rows: BTreeMap::new(),
    };
    for &(start, end) in &trace.messages {
        let first = trace.marks.partition_point(|mark| mark.at < start);
        let last = trace.marks.partition_point(|mark| mark.at <= end);
        rows.add_message(start, end, &pair_marks(&trace.marks[first..last]));
    }
    let stage = |((stage, name), row): ((StageName, Option<String>), Row)| Stage {
        stage,
        name,
        calls: row.calls,
        inclusive_ns: row.inclusive_ns,
        self_ns: row.self_ns,
    };
    rows.rows.into_iter().map(stage).collect()
}

/// One event in a message, with everything that happens inside it.
enum Step {
    Call(Call),
    Defined { family: Family, at: u64 },
    Parsed { at: u64 },
}

struct Call {
    part: Part,
    name: u32,
    start: u64,
    end: u64,
    bridge_ns: u64,
    inside: Vec<Call>,
}

impl Call {
    fn inclusive_ns(&self) -> u64 {
        self.end - self.start
    }
}

impl Step {
    fn start(&self) -> u64 {
        match self {
            Self::Call(call) => call.start,
            Self::Defined { at, .. } | Self::Parsed { at } => *at,
        }
    }

    fn call(&self) -> Option<&Call> {
        match self {
            Self::Call(call) => Some(call),
            _ => None,
        }
    }

    /// The family of parts that this belongs to.
    fn family(&self) -> Option<Family> {
        match self {
            Self::Defined { family, .. } => Some(*family),
            Self::Parsed { .. } => None,
            Self::Call(call) => match call.part {
                Part::Provider => Some(Family::Providers),
                Part::Action => Some(Family::Actions),
                Part::Evaluator => Some(Family::Evaluators),
                Part::Validate(family) => Some(family),
                _ => None,
            },
        }
    }
}

/// Pairs marks to steps. Definitions and events inside a call belong to that call and say nothing
/// about the course of the message.
fn pair_marks(marks: &[Mark]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut open: Vec<Call> = Vec::new();
    for mark in marks {
        match mark.kind {
            MarkKind::Enter { part, name } => open.push(Call {
                part,
                name,
                start: mark.at,
                end: mark.at,
                bridge_ns: mark.bridge_ns,
                inside: Vec::new(),
            }),
            MarkKind::Leave => {
                let call = open.pop().expect("a call is entered before it is left");
                let call = Call {
                    end: mark.at,
                    bridge_ns: mark.bridge_ns - call.bridge_ns,
                    ..call
                };
                match open.last_mut() {
                    Some(outer) => outer.inside.push(call),
                    None => steps.push(Step::Call(call)),
                }
            }
            MarkKind::Defined(family) if open.is_empty() => steps.push(Step::Defined {
                family,
                at: mark.at,
            }),
            MarkKind::Parsed if open.is_empty() => steps.push(Step::Parsed { at: mark.at }),
            MarkKind::Defined(_) | MarkKind::Parsed => {}
        }
    }
    assert!(
        open.is_empty(),
        "every call of a message is left before the message is"
    );
    steps
}

#[derive(Default)]
struct Row {
    calls: u64,
    inclusive_ns: u64,
    self_ns: u64,
}

struct Rows<'n> {
    trace: &'n Trace,
    rows: BTreeMap<(StageName, Option<String>), Row>,
}

impl Rows<'_> {
    fn add(
        &mut self,
        stage: StageName,
        name: Option<&str>,
        calls: u64,
        inclusive_ns: u64,
        inside_ns: u64,
    ) {
        let row = self
            .rows
            .entry((stage, name.map(str::to_owned)))
            .or_default();
        row.calls += calls;
        row.inclusive_ns += inclusive_ns;
        row.self_ns += inclusive_ns - inside_ns;
    }

    fn add_message(&mut self, start: u64, end: u64, steps: &[Step]) {
        let (mut at, mut inside_ns, mut rest) = (start, 0, steps);
        while let Some(step) = rest.first() {
            let (taken, until, ns) = match (step, step.family()) {
                (Step::Call(call), _) if call.part == Part::Model => self.add_prompt(at, rest),
                (_, Some(family)) => self.add_run(family, rest),
                (Step::Call(call), None) => (1, call.end, self.add_call(call)),
                (_, None) => (1, step.start(), 0),
            };
            inside_ns += ns;
            at = until;
            rest = &rest[taken..];
        }
        self.add(StageName::Message, None, 1, end - start, inside_ns);
    }

    /// Adds a call with everything inside it. Returns its time.
    fn add_call(&mut self, call: &Call) -> u64 {
        let stage = match call.part {
            Part::Provider => StageName::Provider,
            Part::Action => StageName::Action,
            Part::Evaluator => StageName::Evaluator,
            Part::Model => StageName::ModelCall,
            Part::MemoryCreate => StageName::MemoryCreate,
            Part::MemoryGet => StageName::MemoryGet,
            Part::Callback => StageName::Callback,
            // It has no stage of its own. Its time stays in its caller.
            Part::Validate(_) => return call.inside.iter().map(|inner| self.add_call(inner)).sum(),
        };
        let trace = self.trace;
        let named = matches!(call.part, Part::Provider | Part::Action | Part::Evaluator);
        let name = named.then(|| trace.names[call.name as usize].as_str());
        let mut inside_ns: u64 = call.inside.iter().map(|inner| self.add_call(inner)).sum();
        let of_memories = matches!(call.part, Part::MemoryCreate | Part::MemoryGet);
        if of_memories && self.trace.bridge_converts {
            self.add(StageName::StateSerialization, None, 1, call.bridge_ns, 0);
            inside_ns += call.bridge_ns;
        }
        self.add(stage, name, 1, call.inclusive_ns(), inside_ns);
        call.inclusive_ns()
    }

    /// Adds the step of the framework that runs the parts of a family. It lasts from the first
    /// request for a definition to the end of the last part. Definitions that no part follows were
    /// only listed and are no such step.
    fn add_run(&mut self, family: Family, steps: &[Step]) -> (usize, u64, u64) {
        let mut parts = 0;
        let mut seen = HashSet::new();
        for (index, step) in steps.iter().enumerate() {
            match step.call() {
                _ if step.family() != Some(family) => break,
                // A provider that runs again belongs to the next composition of state.
                Some(call) if family == Family::Providers && !seen.insert(call.name) => break,
                Some(_) => parts = index + 1,
                None => {}
            }
        }
        let Some(last) = steps[..parts].last().and_then(Step::call) else {
            return (1, steps[0].start(), 0);
        };
        let calls: Vec<&Call> = steps[..parts].iter().filter_map(Step::call).collect();
        let inside_ns: u64 = calls.iter().map(|call| self.add_call(call)).sum();
        let inclusive_ns = last.end - steps[0].start();
        match family {
            Family::Providers => {
                // Providers run one after another. The time in which one runs is the sum of theirs.
                self.add(StageName::ProviderExecution, None, 1, inside_ns, inside_ns);
                self.add(StageName::ComposeState, None, 1, inclusive_ns, inside_ns);
            }
            Family::Actions => {
                self.add(StageName::ActionDispatch, None, 1, inclusive_ns, inside_ns)
            }
            Family::Evaluators => self.add(StageName::Evaluator, None, 1, inclusive_ns, inside_ns),
        }
        (parts, last.end, inclusive_ns)
    }

    /// Adds a prompt that began at `start`: the model's calls up to the point where the answer was
    /// parsed, then the render of the canonical prompt, which ends where the framework lists its
    /// actions.
    fn add_prompt(&mut self, start: u64, steps: &[Step]) -> (usize, u64, u64) {
        let models = steps
            .iter()
            .map_while(|step| step.call().filter(|call| call.part == Part::Model));
        let models: Vec<&Call> = models.collect();
        let mut taken = models.len();
        let mut end = models.last().map_or(start, |model| model.end);
        let parsed = match steps.get(taken) {
            Some(Step::Parsed { at }) => {
                (taken, end) = (taken + 1, *at);
                true
            }
            _ => false,
        };
        let inside_ns: u64 = models.iter().map(|model| self.add_call(model)).sum();
        let decides = models
            .iter()
            .any(|model| self.trace.names[model.name as usize] == DECISION_MODEL);
        let mut calls = 1;
        if decides {
            self.add(StageName::ShouldRespond, None, 1, end - start, end - start);
        } else if let Some(listed) = find_listing(&steps[taken..]) {
            (taken, end, calls) = (taken + 1, listed, if parsed { 2 } else { 1 });
        }
        self.add(StageName::Prompt, None, calls, end - start, inside_ns);
        (taken, end, end - start)
    }
}

/// Returns when the framework lists its actions next, if it runs none of them.
fn find_listing(steps: &[Step]) -> Option<u64> {
    match steps {
        [
            Step::Defined {
                family: Family::Actions,
                at,
            },
            rest @ ..,
        ] if rest.first().and_then(Step::family) != Some(Family::Actions) => Some(*at),
        _ => None,
    }
}
