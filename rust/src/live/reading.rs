//! Reads what a live process uses.

use crate::clocks::{heap_bytes, peak_rss_bytes, process_cpu_ns, rss_bytes, trim_heap};
use crate::live::protocol::Reading;
use crate::mock_llm_plugin::MockLlm;

/// Reads memory, processor time and counts. There is no collector: `collect` gives free memory back
/// to the system.
pub fn read_process(collect: bool, mock: &MockLlm, open: usize) -> Reading {
    if collect {
        trim_heap();
    }
    Reading {
        rss_bytes: rss_bytes(),
        rss_peak_bytes: peak_rss_bytes(),
        heap_bytes: heap_bytes(),
        cpu_ns: process_cpu_ns(),
        model_calls: mock.model_calls(),
        embeddings: mock.embeddings(),
        open,
    }
}
