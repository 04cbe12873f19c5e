//! The command line: one file a command, each turning typed arguments into a plan and running it with what the
//! library offers.

mod clean;
mod comment_sets;
mod csv_rows;
mod eval;
mod eval_blocks;
mod eval_comments;
mod eval_data;
mod eval_fixtures;
mod eval_pages;
mod eval_threads;
mod explain;
mod explain_comment;
mod explain_page;
mod export;
mod fields;
mod import;
mod input;
mod label;
mod learn;
mod model;
mod models;
mod ordered;
mod output;
mod printer;
mod schema;
mod score;
mod shell;
mod train;
mod train_blocks;
mod train_comments;
mod unlearn;
mod verdicts;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use tamis::{Error, ErrorKind, Result};

use printer::Printer;

/// Cleans raw scraped pages into article, comment thread and removed blocks, and scores comments for spam and abuse.
#[derive(Debug, Parser)]
#[command(
    name = "tamis",
    version,
    about,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "Exit codes: 0 done; 1 only with --fail-on and something found; 2 an error, whatever else came out.\n\
Everything works offline: the models are part of the program."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Clean(clean::Arguments),
    Score(score::Arguments),
    Learn(learn::Arguments),
    Unlearn(unlearn::Arguments),
    Export(export::Arguments),
    Import(import::Arguments),
    Explain(explain::Arguments),
    Train(train::Arguments),
    Eval(eval::Arguments),
    Label(label::Arguments),
    Models(models::Arguments),
    Schema(schema::Arguments),
    Completions(shell::Completions),
    Man(shell::Man),
}

/// How a command ended, where it did not break off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// All is well.
    Done,
    /// Something that `--fail-on` names was found.
    Found,
    /// Some records failed; the others came out.
    Failed,
    /// Interrupted by the user.
    Interrupted,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Done => Self::SUCCESS,
            Ending::Found => Self::from(1),
            Ending::Failed => Self::from(2),
            Ending::Interrupted => Self::from(130),
        }
    }
}

/// Runs the command that the arguments name.
pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let printer = Printer::new();
    let ending = match arguments.command {
        Command::Clean(arguments) => clean::run(arguments, &printer),
        Command::Score(arguments) => score::run(&arguments, &printer),
        Command::Learn(arguments) => learn::run(&arguments, &printer),
        Command::Unlearn(arguments) => unlearn::run(&arguments, &printer),
        Command::Export(arguments) => export::run(&arguments, &printer),
        Command::Import(arguments) => import::run(&arguments, &printer),
        Command::Explain(arguments) => explain::run(&arguments, &printer),
        Command::Train(arguments) => train::run(&arguments, &printer),
        Command::Eval(arguments) => eval::run(&arguments, &printer),
        Command::Label(arguments) => label::run(&arguments, &printer),
        Command::Models(arguments) => models::run(&arguments, &printer),
        Command::Schema(arguments) => schema::run(&arguments, &printer),
        Command::Completions(arguments) => shell::completions(&arguments, &printer),
        Command::Man(arguments) => shell::man(&arguments, &printer),
    };
    match ending {
        Ok(ending) => ending.into(),
        // Whoever read our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            printer.error(&error);
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The whole command line, for completions and manual pages.
fn command() -> clap::Command {
    Arguments::command()
}

/// An error of usage.
fn usage(message: impl Into<String>) -> Error {
    ErrorKind::Usage(message.into()).into()
}

/// A result that only says how it ended.
type Ended = Result<Ending>;
