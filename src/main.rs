//! The program `doorcode`: the server and its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    doorcode::server::cli::main()
}
