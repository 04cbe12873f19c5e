//! `tamis train`: models from labelled data.

use clap::{Args, Subcommand};

use super::printer::Printer;
use super::{Ended, train_blocks, train_comments};

/// Train a model from labelled data
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Comments(train_comments::Arguments),
    Blocks(train_blocks::Arguments),
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    match &arguments.what {
        What::Comments(arguments) => train_comments::run(arguments, printer),
        What::Blocks(arguments) => train_blocks::run(arguments, printer),
    }
}
