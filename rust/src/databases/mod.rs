//! The databases that an agent can have.

pub mod in_memory_bridge;
