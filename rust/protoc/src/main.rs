//! Prints where cargo has put its vendored `protoc`, so that building the harness needs no system
//! package. The path and a newline go to stdout. On a platform without a vendored binary one line
//! goes to stderr and the exit status is 1.

use std::process::ExitCode;

fn main() -> ExitCode {
    match protoc_bin_vendored::protoc_bin_path() {
        Ok(path) => {
            println!("{}", path.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!(
                "no vendored protoc for this platform ({error}); \
                 install protoc and set PROTOC to its path"
            );
            ExitCode::FAILURE
        }
    }
}
