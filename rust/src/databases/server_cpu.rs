//! The processor time of a database server's processes, as the kernel's `/proc` of this machine
//! tells it.

use std::collections::HashMap;
use std::fs;

/// The names that PostgreSQL's processes have.
const NAMES: [&str; 2] = ["postgres", "postmaster"];

/// Reads the nanoseconds that a process has run, `None` where it cannot be told.
pub type ReadCpu = fn(i32) -> Option<u64>;

/// The processor time of each of a server's processes up to now.
pub struct CpuReading {
    /// `None` where one of them could not be read.
    by_pid: Option<HashMap<i32, u64>>,
    read: ReadCpu,
}

impl CpuReading {
    pub fn new(pids: &[i32], read: ReadCpu) -> Self {
        let by_pid = pids.iter().map(|pid| Some((*pid, read(*pid)?))).collect();
        Self { by_pid, read }
    }

    /// Returns the nanoseconds that these processes have run since, `None` where that cannot be
    /// told.
    pub fn elapsed_ns(&self) -> Option<u64> {
        let since = |(pid, before): (&i32, &u64)| (self.read)(*pid)?.checked_sub(*before);
        self.by_pid.as_ref()?.iter().map(since).sum()
    }

    /// Returns the nanoseconds of those of `pids` that are new since this reading. They count from
    /// their start.
    pub fn newcomers_ns(&self, pids: &[i32]) -> Option<u64> {
        let known = self.by_pid.as_ref()?;
        let new = pids.iter().filter(|pid| !known.contains_key(pid));
        new.map(|pid| (self.read)(*pid)).sum()
    }
}

/// Returns the nanoseconds that a server's process has run. `None` where its number is no process
/// of PostgreSQL here: the server is on another machine, or sees other numbers.
pub fn server_process_cpu_ns(pid: i32) -> Option<u64> {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    if !NAMES.contains(&name.trim_end()) {
        return None;
    }
    parse_schedstat(&fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?)
}

/// The first field is the time on a processor, in nanoseconds (the kernel's sched-stats.rst). A
/// kernel that does not count writes 0.
fn parse_schedstat(text: &str) -> Option<u64> {
    let used = text.split_whitespace().next()?.parse().ok()?;
    (used > 0).then_some(used)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use super::{CpuReading, parse_schedstat, server_process_cpu_ns};

    static CLOCK: AtomicU64 = AtomicU64::new(100);

    fn read(pid: i32) -> Option<u64> {
        (pid < 1000).then(|| CLOCK.load(Relaxed) * u64::from(pid.unsigned_abs()))
    }

    #[test]
    fn old_processes_count_from_the_reading_and_new_ones_from_their_start() {
        let reading = CpuReading::new(&[1, 2], read);
        CLOCK.fetch_add(10, Relaxed);
        assert_eq!(reading.elapsed_ns(), Some(30));
        assert_eq!(reading.newcomers_ns(&[2, 1]), Some(0));
        let of_3 = 3 * CLOCK.load(Relaxed);
        assert_eq!(reading.newcomers_ns(&[1, 2, 3]), Some(of_3));
    }

    #[test]
    fn what_cannot_be_read_is_unknown_and_not_zero() {
        assert_eq!(CpuReading::new(&[1, 2000], read).elapsed_ns(), None);
        assert_eq!(CpuReading::new(&[1, 2000], read).newcomers_ns(&[1]), None);
        assert_eq!(CpuReading::new(&[1], read).newcomers_ns(&[1, 2000]), None);
        assert_eq!(CpuReading::new(&[], read).elapsed_ns(), Some(0));
    }

    #[test]
    fn a_process_that_is_no_servers_has_no_time() {
        let own = i32::try_from(std::process::id()).unwrap();
        assert_eq!(server_process_cpu_ns(own), None);
        assert_eq!(server_process_cpu_ns(i32::MAX), None);
    }

    #[test]
    fn the_first_field_of_schedstat_is_the_time() {
        assert_eq!(parse_schedstat("123456 789 12\n"), Some(123_456));
        assert_eq!(parse_schedstat(""), None);
        assert_eq!(parse_schedstat("0 0 0\n"), None);
    }
}
