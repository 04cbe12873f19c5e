//! `tamis completions` and `tamis man`: what a packager installs beside the program.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;
use tamis::Error;

use super::printer::Printer;
use super::{Ended, Ending, command};

/// Prints completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tamis completions bash > /etc/bash_completion.d/tamis")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the manual page, or writes one a command into a folder
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tamis man | man -l -\n  tamis man --out /usr/share/man/man1")]
pub(super) struct Man {
    /// Write tamis.1, tamis-clean.1 … into DIR
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn completions(arguments: &Completions, printer: &Printer) -> Ended {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "tamis", &mut script);
    let mut output = printer.output();
    output.put(&script)?;
    output.flush()?;
    Ok(Ending::Done)
}

pub(super) fn man(arguments: &Man, printer: &Printer) -> Ended {
    if let Some(folder) = &arguments.out {
        let named = |error| Error::from(tamis::ErrorKind::Io(error)).in_file(folder.display().to_string());
        std::fs::create_dir_all(folder).map_err(named)?;
        clap_mangen::generate_to(command(), folder).map_err(named)?;
        return Ok(Ending::Done);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command()).render(&mut page)?;
    let mut output = printer.output();
    output.put(&page)?;
    output.flush()?;
    Ok(Ending::Done)
}
