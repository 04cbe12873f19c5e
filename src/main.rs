//! The `tamis` program: parses the command line, runs one command, turns the outcome into an exit code.

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Pages are many small texts and lists that come and go.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
