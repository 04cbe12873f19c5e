//! `tamis eval`: figures over labelled data.

use clap::{Args, Subcommand};

use super::printer::Printer;
use super::{Ended, eval_blocks, eval_comments, eval_fixtures, eval_pages, eval_threads};

/// Measure the models on labelled data
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Comments(eval_comments::Arguments),
    Blocks(eval_blocks::Arguments),
    Pages(eval_pages::Arguments),
    Threads(eval_threads::Arguments),
    Fixtures(eval_fixtures::Arguments),
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    match &arguments.what {
        What::Comments(arguments) => eval_comments::run(arguments, printer),
        What::Blocks(arguments) => eval_blocks::run(arguments, printer),
        What::Pages(arguments) => eval_pages::run(arguments, printer),
        What::Threads(arguments) => eval_threads::run(arguments, printer),
        What::Fixtures(arguments) => eval_fixtures::run(arguments, printer),
    }
}
