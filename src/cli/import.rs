//! `tamis import`: verdicts that were exported go into a site's layer.

use std::path::PathBuf;

use clap::Args;
use tamis::moderate::Site;

use super::printer::Printer;
use super::score::ModelArgument;
use super::verdicts::{SiteFolder, Verdicts, standing};
use super::{Ended, Ending};

/// Adds verdicts that were exported; those that stand already are not added again
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    site: SiteFolder,
    /// Files that `tamis export` printed; `-` or none is standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    model: ModelArgument,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let read = Verdicts::of_logs(&arguments.paths).read(printer)?;
    let site = Site::create(&arguments.site.site)?;
    let added = site.log().import(&read.decisions)?;
    let decisions = site.log().decisions()?;
    site.layer(&*arguments.model.get()?)?;
    printer.message(&format!("imported {added}; {}", standing(&decisions)));
    Ok(if read.failed > 0 { Ending::Failed } else { Ending::Done })
}
