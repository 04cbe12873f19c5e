//! `tamis explain`: why.

use clap::{Args, Subcommand};

use super::printer::Printer;
use super::{Ended, explain_comment, explain_page};

/// Explain why a page was cleaned, or a comment judged, as it was
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Comment(explain_comment::Arguments),
    Page(explain_page::Arguments),
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    match &arguments.what {
        What::Comment(arguments) => explain_comment::run(arguments, printer),
        What::Page(arguments) => explain_page::run(arguments, printer),
    }
}
