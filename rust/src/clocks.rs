//! Clocks and the memory of the process. Wall time comes from the monotonic clock, CPU time from
//! that of the whole process, memory from the kernel's `/proc`. Where there is no `/proc`, memory
//! is `None`.

use std::fs;
use std::time::{Duration, Instant};

/// Returns `duration` in nanoseconds. A `u64` holds 584 years.
pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).expect("a measured span is shorter than 584 years")
}

/// Returns the nanoseconds since `start`.
pub fn elapsed_ns(start: Instant) -> u64 {
    nanos(start.elapsed())
}

/// Returns the user and system time of the process, all threads, in nanoseconds.
pub fn process_cpu_ns() -> u64 {
    read_clock(libc::CLOCK_PROCESS_CPUTIME_ID)
}

/// Returns the nanoseconds of `CLOCK_MONOTONIC`, which all processes of a machine share. An
/// [`Instant`] can't be told to another process.
pub fn monotonic_ns() -> u64 {
    read_clock(libc::CLOCK_MONOTONIC)
}

fn read_clock(clock: libc::clockid_t) -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is a valid timespec for the call to fill.
    let status = unsafe { libc::clock_gettime(clock, &mut time) };
    assert_eq!(status, 0, "the clock can be read");
    nanos(Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).expect("nanoseconds below a second"),
    ))
}

/// An open span of wall and CPU time. Reading the CPU clock is a system call, so it happens outside
/// the wall clock's span.
pub struct Span {
    cpu_ns: u64,
    wall: Instant,
}

impl Span {
    pub fn start() -> Self {
        let cpu_ns = process_cpu_ns();
        Self {
            cpu_ns,
            wall: Instant::now(),
        }
    }

    /// Returns the wall and the CPU nanoseconds since the start.
    pub fn stop(self) -> (u64, u64) {
        let wall_ns = elapsed_ns(self.wall);
        (wall_ns, process_cpu_ns() - self.cpu_ns)
    }
}

/// Returns the resident set in bytes.
pub fn rss_bytes() -> Option<u64> {
    status_bytes("VmRSS:")
}

/// Returns the high-water mark of the resident set in bytes, since the process started or since the
/// last [`reset_peak_rss`].
pub fn peak_rss_bytes() -> Option<u64> {
    status_bytes("VmHWM:")
}

/// Sets the kernel's high-water mark to the present resident set. Returns `false` where that is not
/// possible.
pub fn reset_peak_rss() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

/// Returns the bytes that the process has allocated and not freed, as the C library's allocator
/// counts them in its arenas and mappings. Returns `None` with another C library or allocator.
pub fn heap_bytes() -> Option<u64> {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(feature = "mimalloc")))]
    {
        // SAFETY: the call only reads the allocator's statistics, under the allocator's own locks.
        let info = unsafe { libc::mallinfo2() };
        Some((info.uordblks + info.hblkhd) as u64)
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu", not(feature = "mimalloc"))))]
    None
}

/// Gives free memory back to the system, where the C library's allocator can and is used.
pub fn trim_heap() {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(feature = "mimalloc")))]
    // SAFETY: the call only touches free memory, under the allocator's own locks.
    unsafe {
        libc::malloc_trim(0);
    }
}

fn status_bytes(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kibibytes = status
        .lines()
        .find_map(|line| line.strip_prefix(field))?
        .split_whitespace()
        .next()?;
    Some(kibibytes.parse::<u64>().ok()? * 1024)
}
