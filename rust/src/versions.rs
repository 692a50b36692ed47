//! The versions of everything that is measured, as the build script found them.

use tokio::runtime::Runtime;

use crate::measurement::Versions;

pub fn read_versions(runtime: &Runtime) -> Versions {
    let workers = runtime.handle().metrics().num_workers();
    Versions {
        framework: env!("BENCH_FRAMEWORK_VERSION").to_owned(),
        database: env!("BENCH_DATABASE_VERSION").to_owned(),
        language: env!("BENCH_RUSTC").to_owned(),
        engine: format!(
            "tokio {} multi-thread ({workers} workers)",
            env!("BENCH_TOKIO_VERSION")
        ),
        build: env!("BENCH_BUILD").to_owned(),
        lock_digest: env!("BENCH_LOCK_DIGEST").to_owned(),
    }
}
