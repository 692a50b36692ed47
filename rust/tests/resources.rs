//! Compares memory with the kernel's own numbers. The test has a process of its own, because the
//! kernel adds up all children.

mod support;

use support::{harness, read, run, scratch};

/// Returns the largest resident set of any child that has ended, in bytes.
fn largest_child() -> u64 {
    // SAFETY: all zeros is a valid value of this plain structure.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `usage` is valid for the call to fill.
    assert_eq!(
        unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage) },
        0
    );
    usage.ru_maxrss.unsigned_abs() * 1024
}

#[test]
fn the_peak_is_the_kernels_and_the_heap_is_within_the_resident_set() {
    let output = scratch("peak.json");
    let done = run(
        &harness(),
        "--scenarios history-scaling-10000 --iterations 1 --warmup 0",
        &output,
    );
    assert!(done.status.success());
    let resources = read(&output)["cells"][0]["resources"].clone();
    let bytes = |field: &str| {
        resources[field]
            .as_u64()
            .unwrap_or_else(|| panic!("{field} is a number"))
    };
    let (peak, kernel) = (bytes("rssPeakBytes"), largest_child());
    assert!(peak > 20 << 20, "there is enough to compare: {peak}");
    assert!(
        peak.abs_diff(kernel) <= kernel / 50,
        "peak {peak}, kernel {kernel}"
    );
    assert!((1..=peak).contains(&bytes("heapBytes")));
    assert!(resources["gc"].is_null());
}
