//! Prints where cargo has put its vendored `protoc`, so that building the harness needs no system
//! package.
//! Standard output is the path and a newline; a platform without a vendored binary is one line on
//! stderr and exit 1.

use std::process::ExitCode;

fn main() -> ExitCode {
    match protoc_bin_vendored::protoc_bin_path() {
        Ok(path) => {
            println!("{}", path.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("no vendored protoc for this platform ({error}); install protoc and set PROTOC to its path");
            ExitCode::FAILURE
        }
    }
}
