//! `tamis explain`: why.

use clap::{Args, Subcommand};

use super::printer::Printer;
use super::{Ended, explain_comment};

/// Explains a decision
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Comment(explain_comment::Arguments),
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    match &arguments.what {
        What::Comment(arguments) => explain_comment::run(arguments, printer),
    }
}
