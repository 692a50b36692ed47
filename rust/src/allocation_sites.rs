//! Samples allocations, and remembers where those were made that are still kept. Only the verifying
//! program has an allocator that asks for this.
//!
//! An allocation of `n` bytes is sampled with the probability 1 - exp(-n / [`INTERVAL`]) and stands
//! for `n` bytes over this probability, so that sums are unbiased (the sampling of tcmalloc's heap
//! profiler).

use std::backtrace::Backtrace;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// Bytes from one sample to the next, on average.
const INTERVAL: f64 = 4096.0;
const MOST_SITES: usize = 20;
const SHARDS: usize = 64;

static FOLLOWING: AtomicBool = AtomicBool::new(false);
static KEPT: [Mutex<BTreeMap<usize, Sample>>; SHARDS] =
    [const { Mutex::new(BTreeMap::new()) }; SHARDS];

struct Sample {
    bytes: f64,
    trace: Backtrace,
}

thread_local! {
    /// What this module allocates itself is not followed.
    static BUSY: Cell<bool> = const { Cell::new(false) };
    /// Bytes to the next sample.
    static LEFT: Cell<f64> = const { Cell::new(INTERVAL) };
    static RANDOM: Cell<u64> = const { Cell::new(0x9e37_79b9_7f4a_7c15) };
}

/// What is kept of all that was allocated since [`follow`], by where.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sites {
    /// `None` where no allocator asks for it.
    pub how: Option<&'static str>,
    pub kept_bytes: u64,
    pub sites: Vec<Site>,
}

#[derive(Serialize)]
pub struct Site {
    pub name: String,
    pub bytes: u64,
    /// A sample does not tell.
    pub objects: Option<u64>,
}

/// Follows what is allocated from now on.
pub fn follow() {
    FOLLOWING.store(true, Relaxed);
}

/// Is called after every allocation.
pub fn note_allocation(pointer: *mut u8, bytes: usize) {
    if !FOLLOWING.load(Relaxed) || pointer.is_null() {
        return;
    }
    alone(|| {
        if let Some(weight) = draw(bytes) {
            let sample = Sample {
                bytes: weight,
                trace: Backtrace::force_capture(),
            };
            shard(pointer).insert(pointer as usize, sample);
        }
    });
}

/// Is called before memory is given back.
pub fn note_release(pointer: *mut u8) {
    if FOLLOWING.load(Relaxed) {
        alone(|| drop(shard(pointer).remove(&(pointer as usize))));
    }
}

/// Returns where what is still kept was allocated, and follows no more.
pub fn take_sites(how: Option<&'static str>) -> Sites {
    FOLLOWING.store(false, Relaxed);
    let mut places: HashMap<String, f64> = HashMap::new();
    for shard in &KEPT {
        let samples = std::mem::take(&mut *lock(shard));
        for Sample { bytes, trace } in samples.into_values() {
            *places.entry(place_of(&trace.to_string())).or_default() += bytes;
        }
    }
    let kept: f64 = places.values().sum();
    let mut sites: Vec<Site> = places
        .into_iter()
        .map(|(name, bytes)| Site {
            name,
            bytes: whole(bytes),
            objects: None,
        })
        .collect();
    sites.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    sites.truncate(MOST_SITES);
    Sites {
        how,
        kept_bytes: whole(kept),
        sites,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sums of bytes in memory"
)]
fn whole(bytes: f64) -> u64 {
    bytes.round() as u64
}

/// Does something whose own allocations are not followed.
fn alone(work: impl FnOnce()) {
    // A thread that ends has no such variables any more.
    let _ = BUSY.try_with(|busy| {
        if !busy.replace(true) {
            work();
            busy.set(false);
        }
    });
}

fn shard(pointer: *mut u8) -> MutexGuard<'static, BTreeMap<usize, Sample>> {
    lock(&KEPT[(pointer as usize >> 6) % SHARDS])
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns how many bytes this allocation stands for, if it is sampled.
#[expect(clippy::cast_precision_loss, reason = "an allocation has fewer bytes")]
fn draw(bytes: usize) -> Option<f64> {
    let bytes = bytes as f64;
    let left = LEFT.get() - bytes;
    if left > 0.0 {
        LEFT.set(left);
        return None;
    }
    LEFT.set(-INTERVAL * next_random().ln());
    Some(bytes / -(-bytes / INTERVAL).exp_m1())
}

/// Returns a number above 0, up to 1 (Marsaglia, Xorshift RNGs, 2003).
#[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
fn next_random() -> f64 {
    let mut bits = RANDOM.get();
    bits ^= bits << 13;
    bits ^= bits >> 7;
    bits ^= bits << 17;
    RANDOM.set(bits);
    ((bits >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

/// Returns the innermost function of the framework, and the one of it that called that. Without
/// one, the innermost function that is not of the language.
fn place_of(trace: &str) -> String {
    let functions: Vec<String> = trace.lines().filter_map(function_in).collect();
    let mut own = functions.iter().filter(|name| name.starts_with("elizaos"));
    if let Some(inner) = own.next() {
        return match own.find(|name| *name != inner) {
            Some(outer) => format!("{inner}, called by {outer}"),
            None => inner.clone(),
        };
    }
    let of_language = [
        "std::",
        "core::",
        "alloc::",
        "__",
        "<",
        "eliza_bench::alloc",
    ];
    functions
        .iter()
        .find(|name| !of_language.iter().any(|prefix| name.starts_with(prefix)))
        .map_or_else(|| "an unknown function".to_owned(), Clone::clone)
}

/// Returns the function of a line such as `  12: <a::B as c::D>::e::{{closure}}`, which is
/// `a::B::e`.
fn function_in(line: &str) -> Option<String> {
    let (number, name) = line.trim_start().split_once(": ")?;
    number.parse::<u32>().ok()?;
    let name = name.trim_end().trim_end_matches("::{{closure}}");
    let Some((subject, method)) = name
        .strip_prefix('<')
        .and_then(|rest| rest.split_once(" as "))
        .and_then(|(subject, rest)| Some((subject, rest.rsplit_once(">::")?.1)))
    else {
        return Some(name.to_owned());
    };
    Some(format!("{subject}::{method}"))
}

#[cfg(test)]
mod tests {
    use super::{function_in, place_of};

    #[test]
    fn a_place_is_the_innermost_function_of_the_framework_and_its_caller() {
        let trace = "   0: std::backtrace::Backtrace::create\n   1: <alloc::string::String as core::clone::Clone>::clone\n             at ./a.rs:3\n   2: <elizaos::types::Memory as core::clone::Clone>::clone\n   3: elizaos_plugin_inmemorydb::adapter::Store::get::{{closure}}::{{closure}}\n   4: tokio::runtime::run\n";
        assert_eq!(
            place_of(trace),
            "elizaos::types::Memory::clone, called by elizaos_plugin_inmemorydb::adapter::Store::get"
        );
        assert_eq!(
            place_of("   0: std::x\n   1: tokio::y::{{closure}}"),
            "tokio::y"
        );
        assert_eq!(function_in("             at ./a.rs:3"), None);
    }
}
