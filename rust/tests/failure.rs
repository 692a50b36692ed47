//! Tests which failures are the framework's and which are bugs of the harness.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::anyhow;
use eliza_bench::failure::{FrameworkError, guard, install_panic_hook};

fn block_on<T>(call: impl Future<Output = Result<T, anyhow::Error>>) -> Result<T, FrameworkError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime starts");
    runtime.block_on(guard(call))
}

#[test]
fn an_error_keeps_its_causes() {
    let error = block_on(async { Err::<(), _>(anyhow!("disk on fire").context("cannot store")) })
        .unwrap_err();
    let failure = error.during("plain");
    assert_eq!(
        (failure.phase.as_str(), failure.r#type.as_str()),
        ("plain", "anyhow::Error")
    );
    assert_eq!(failure.message, "cannot store: disk on fire");
}

#[test]
fn a_panic_of_the_harness_inside_a_framework_call_is_not_the_frameworks() {
    install_panic_hook();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        block_on(async { panic!("a bug of ours") as Result<(), _> })
    }));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"a bug of ours"));
}
