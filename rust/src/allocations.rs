//! Counts heap allocations. Only the verifying program installs the counting allocator. In the
//! measuring program nothing is ever counted, and [`totals`] says so.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::allocation_sites::{note_allocation, note_release};

static COUNT: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// The system's allocator with counters. A reallocation counts as one allocation of the bytes it
/// grows by.
pub struct CountingAllocator;

fn count(bytes: usize) {
    COUNT.fetch_add(1, Relaxed);
    BYTES.fetch_add(bytes as u64, Relaxed);
}

// SAFETY: every call is passed to the system's allocator unchanged, and counting allocates nothing.
// Following does, while a flag of the thread keeps those allocations from being followed.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's promise is passed on.
        let pointer = unsafe { System.alloc(layout) };
        note_allocation(pointer, layout.size());
        pointer
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's promise is passed on.
        let pointer = unsafe { System.alloc_zeroed(layout) };
        note_allocation(pointer, layout.size());
        pointer
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.saturating_sub(layout.size()));
        note_release(pointer);
        // SAFETY: the caller's promise is passed on.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        note_allocation(moved, size);
        moved
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        note_release(pointer);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Counts the allocations of all threads, and their bytes, since the process started.
#[derive(Clone, Copy)]
pub struct Totals {
    pub count: u64,
    pub bytes: u64,
}

/// Returns `None` without the counting allocator. With it, something is allocated before the first
/// line of `main`.
pub fn totals() -> Option<Totals> {
    let totals = Totals {
        count: COUNT.load(Relaxed),
        bytes: BYTES.load(Relaxed),
    };
    (totals.count > 0).then_some(totals)
}
