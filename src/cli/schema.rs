//! `tamis schema`: the JSON Schema of what comes out.

use clap::{Args, ValueEnum};
use tamis::schema;

use super::printer::Printer;
use super::{Ended, Ending};

/// Prints the JSON Schema of the records
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tamis schema > page.schema.json\n  tamis schema error")]
pub(super) struct Arguments {
    /// Which record
    #[arg(value_enum, default_value_t = Which::Page)]
    record: Which,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Which {
    /// `tamis/page/1`: a cleaned page
    Page,
    /// `tamis/error/1`: what stands in the place of a page that could not be read
    Error,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let schema = match arguments.record {
        Which::Page => schema::PAGE,
        Which::Error => schema::ERROR,
    };
    let mut output = printer.output();
    output.put(schema.as_bytes())?;
    output.flush()?;
    Ok(Ending::Done)
}
