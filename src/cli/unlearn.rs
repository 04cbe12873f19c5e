//! `tamis unlearn`: verdicts are taken back.

use clap::Args;
use tamis::moderate::Site;

use super::printer::Printer;
use super::score::ModelArgument;
use super::verdicts::{SiteFolder, Verdicts, standing};
use super::{Ended, Ending};

/// Takes verdicts back, as if they had never been given
///
/// With a verdict (--spam, --ham, --abuse, --ok, --from-log) the latest equal one on each comment; without, the latest on
/// each comment, whatever it was.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    site: SiteFolder,
    #[command(flatten)]
    verdicts: Verdicts,
    #[command(flatten)]
    model: ModelArgument,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let read = arguments.verdicts.read(printer)?;
    let site = Site::open(&arguments.site.site)?;
    let taken = site.log().unlearn(&read.decisions)?;
    let decisions = site.log().decisions()?;
    site.layer(&*arguments.model.get()?)?;
    let missing = read.decisions.len() - taken;
    let mut message = format!("took back {taken}; {}", standing(&decisions));
    if missing > 0 {
        message.push_str(&format!("; {missing} were not there to take back"));
    }
    printer.message(&message);
    Ok(if read.failed > 0 { Ending::Failed } else { Ending::Done })
}
