//! `tamis export`: the verdicts of a site as JSON lines.

use clap::Args;
use tamis::moderate::Site;

use super::printer::Printer;
use super::verdicts::SiteFolder;
use super::{Ended, Ending};

/// Prints the verdicts that stand, as JSON lines that `tamis import`, `train` and `eval` read
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    site: SiteFolder,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let mut output = printer.output();
    for decision in Site::open(&arguments.site.site)?.log().decisions()? {
        let mut line = serde_json::to_vec(&decision).map_err(std::io::Error::from)?;
        line.push(b'\n');
        output.put(&line)?;
    }
    output.flush()?;
    Ok(Ending::Done)
}
