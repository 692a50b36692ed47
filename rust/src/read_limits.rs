//! Finds the framework's reads of memories that were given more than they asked for.

use serde::Serialize;

/// The reads that asked for at most so many, and those of them that were given more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReadLimits {
    reads: u64,
    beyond: u64,
    /// The read with the most beyond what it asked for.
    worst: Option<Read>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Read {
    asked: u64,
    returned: u64,
}

impl Read {
    fn excess(self) -> u64 {
        self.returned.saturating_sub(self.asked)
    }
}

impl ReadLimits {
    /// Notes one read. One without a limit asks for everything.
    pub fn note(&mut self, limit: Option<i32>, returned: usize) {
        let Some(asked) = limit.and_then(|limit| u64::try_from(limit).ok()) else {
            return;
        };
        self.reads += 1;
        let read = Read {
            asked,
            returned: returned as u64,
        };
        if read.excess() == 0 {
            return;
        }
        self.beyond += 1;
        if self
            .worst
            .is_none_or(|worst| read.excess() > worst.excess())
        {
            self.worst = Some(read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Read, ReadLimits};

    #[test]
    fn reads_beyond_their_limit_are_counted_and_the_worst_is_kept() {
        let mut limits = ReadLimits::default();
        limits.note(Some(20), 20);
        limits.note(Some(5), 8);
        limits.note(Some(20), 1001);
        limits.note(Some(900), 1002);
        let worst = Some(Read {
            asked: 20,
            returned: 1001,
        });
        assert_eq!(
            limits,
            ReadLimits {
                reads: 4,
                beyond: 3,
                worst
            }
        );
    }

    #[test]
    fn a_read_without_a_limit_asks_for_everything() {
        let mut limits = ReadLimits::default();
        limits.note(None, 1001);
        limits.note(Some(-1), 1);
        assert_eq!(limits, ReadLimits::default());
    }
}
