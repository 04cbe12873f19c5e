//! `tamis learn`: a moderator's verdicts go into the site's layer.

use clap::Args;
use tamis::moderate::{Decision, Scorer, Site};

use super::printer::Printer;
use super::score::ModelArgument;
use super::verdicts::{SiteFolder, Verdicts, standing};
use super::{Ended, Ending, usage};

/// Learns from a moderator's verdicts
///
/// The verdicts are on disk when the command ends, whatever happens next; several may learn at once. `tamis score
/// --site DIR` then judges with them in mind, and by thresholds from the site's own verdicts once there are enough.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    site: SiteFolder,
    #[command(flatten)]
    verdicts: Verdicts,
    /// Learn only what the scores, as they stand, do not say clearly
    #[arg(long)]
    on_error: bool,
    #[command(flatten)]
    model: ModelArgument,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    if !arguments.verdicts.any() {
        return Err(usage("say what was decided: --spam, --ham, --abuse, --ok or --from-log"));
    }
    let mut read = arguments.verdicts.read(printer)?;
    let site = Site::create(&arguments.site.site)?;
    let model = arguments.model.get()?;
    let given = read.decisions.len();
    if arguments.on_error {
        let layer = site.layer(&model)?;
        let mut scorer = Scorer::with_site(&model, &layer);
        read.decisions.retain(|decision| is_news(decision, &mut scorer));
    }
    site.log().learn(&read.decisions)?;
    let decisions = site.log().decisions()?;
    // The layer is derived here, so that whoever scores next need not wait for it.
    site.layer(&model)?;
    let clear = given - read.decisions.len();
    let mut message = format!("learned {}; {}", read.decisions.len(), standing(&decisions));
    if clear > 0 {
        message.push_str(&format!("; {clear} were clear already"));
    }
    if read.without > 0 {
        message.push_str(&format!("; {} lines carry no verdict", read.without));
    }
    printer.message(&message);
    Ok(if read.failed > 0 { Ending::Failed } else { Ending::Done })
}

/// Whether a score contradicts the decision, or does not clearly agree.
fn is_news(decision: &Decision, scorer: &mut Scorer<'_>) -> bool {
    /// The probability that counts as clear.
    const CLEAR: f64 = 0.9;
    let verdict = scorer.score_only(&decision.text);
    let unclear = |said: Option<bool>, probability: f64| {
        said.is_some_and(|said| if said { probability < CLEAR } else { probability > 1.0 - CLEAR })
    };
    unclear(decision.spam, verdict.spam) || unclear(decision.abuse, verdict.abuse)
}
