//! Records what the binary was built from, so that a measurement file can name it without asking
//! the machine it runs on.

use std::fmt::Write as _;
use std::process::Command;
use std::{env, fs};

use sha2::{Digest, Sha256};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=Cargo.lock");
    println!("cargo:rerun-if-env-changed=RUSTC");

    let lock = fs::read_to_string("Cargo.lock").expect("Cargo.lock is beside Cargo.toml");
    let mut packages = vec![
        ("BENCH_FRAMEWORK_VERSION", "elizaos"),
        ("BENCH_DATABASE_VERSION", "elizaos-plugin-inmemorydb"),
        ("BENCH_TOKIO_VERSION", "tokio"),
    ];
    if env::var_os("CARGO_FEATURE_POSTGRES").is_some() {
        packages.push(("BENCH_SQL_PLUGIN_VERSION", "elizaos-plugin-sql"));
    }
    for (variable, package) in packages {
        let version = locked_version(&lock, package)
            .unwrap_or_else(|| panic!("{package} is not in Cargo.lock"));
        println!("cargo:rustc-env={variable}={version}");
    }

    let digest = Sha256::digest(lock.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a string does not fail");
            hex
        });
    println!("cargo:rustc-env=BENCH_LOCK_DIGEST={digest}");

    println!("cargo:rustc-env=BENCH_RUSTC={}", rustc_version());
    println!(
        "cargo:rustc-env=BENCH_BUILD={}, opt-level {}, {}{}{}, elizaos features: native{}",
        variable("PROFILE"),
        variable("OPT_LEVEL"),
        lto(),
        if env::var_os("CARGO_FEATURE_MIMALLOC").is_some() {
            "allocator mimalloc, "
        } else {
            ""
        },
        variable("TARGET"),
        user_settings()
    );
}

/// Returns the version of `package` in a Cargo.lock, where `version` is the line after `name`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

/// Reads the settings of link-time optimization. Cargo does not tell them to a build script, but
/// passes on its own environment.
fn lto() -> String {
    println!("cargo:rerun-if-env-changed=CARGO_PROFILE_RELEASE_LTO");
    println!("cargo:rerun-if-env-changed=CARGO_PROFILE_RELEASE_CODEGEN_UNITS");
    let setting = |name: &str, what: &str| {
        env::var(name).map_or_else(|_| String::new(), |value| format!("{what} {value}, "))
    };
    setting("CARGO_PROFILE_RELEASE_LTO", "lto")
        + &setting("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "codegen-units")
}

/// Names the settings in the user's configuration of cargo that shape the build.
fn user_settings() -> String {
    println!("cargo:rerun-if-env-changed=BENCH_CARGO_SETTINGS");
    match env::var("BENCH_CARGO_SETTINGS") {
        Ok(settings) if !settings.is_empty() => format!(", the user's cargo settings: {settings}"),
        _ => String::new(),
    }
}

fn rustc_version() -> String {
    let output = Command::new(variable("RUSTC"))
        .arg("--version")
        .output()
        .expect("cargo names a rustc that runs");
    String::from_utf8(output.stdout)
        .expect("rustc prints UTF-8")
        .trim()
        .to_owned()
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name} for build scripts"))
}
