//! `tamis eval`: figures over labelled data.

use clap::{Args, Subcommand};

use super::printer::Printer;
use super::{Ended, eval_comments};

/// Measures a model on labelled data
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Comments(eval_comments::Arguments),
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    match &arguments.what {
        What::Comments(arguments) => eval_comments::run(arguments, printer),
    }
}
