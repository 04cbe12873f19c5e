//! `tamis explain comment`: both scores of a comment, term by term.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use tamis::moderate::{Explanation, Head, Scorer, Site};

use super::printer::Printer;
use super::score::ModelArgument;
use super::{Ended, Ending};

/// Explains the scores of a comment, term by term
///
/// The terms and the base add up to the log-odds shown, and the probability follows from that alone.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The comment; standard input if not given
    #[arg(long, value_name = "STRING")]
    text: Option<String>,
    /// How many terms are shown a head; the rest is summed up
    #[arg(long, value_name = "N", default_value_t = 25)]
    terms: usize,
    /// All terms as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelArgument,
    /// The folder that keeps the site's verdicts (see `tamis learn`)
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let text = match &arguments.text {
        Some(text) => text.clone(),
        None => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes)?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    let model = arguments.model.get()?;
    let layer = arguments.site.as_ref().map(|folder| Site::open(folder)?.layer(&model)).transpose()?;
    let mut scorer = match &layer {
        Some(layer) => Scorer::with_site(&model, layer),
        None => Scorer::with_model(&model),
    };
    let explained: Vec<Explanation> = Head::ALL.iter().map(|head| scorer.explain(&text, *head)).collect();
    let mut output = printer.output();
    if arguments.json {
        let mut line = serde_json::to_vec(&explained).map_err(std::io::Error::from)?;
        line.push(b'\n');
        output.put(&line)?;
    } else {
        output.put(shown(&explained, arguments.terms).as_bytes())?;
    }
    output.flush()?;
    Ok(Ending::Done)
}

fn shown(explained: &[Explanation], most: usize) -> String {
    let mut text = String::new();
    if let Some(first) = explained.first() {
        let _ = writeln!(text, "read as     {}", first.read_as);
        for repair in &first.repairs {
            let _ = writeln!(text, "            {}  →  {}", repair.shown, repair.read);
        }
        for disguise in &first.disguises {
            let _ = writeln!(text, "disguise    {disguise}");
        }
        let _ = writeln!(text, "confidence  {:.3}", first.confidence);
    }
    for explanation in explained {
        let _ = writeln!(
            text,
            "\n{}  probability {:.4}, log-odds {:+.4}",
            explanation.head, explanation.probability, explanation.log_odds
        );
        let _ = writeln!(text, "  {:+8.4}  base", explanation.base);
        for term in explanation.terms.iter().take(most) {
            let _ = writeln!(text, "  {:+8.4}  {}", term.weight, term.what);
        }
        if let Some(rest) = explanation.terms.get(most..).filter(|rest| !rest.is_empty()) {
            let sum: f64 = rest.iter().map(|term| term.weight).sum();
            let _ = writeln!(text, "  {sum:+8.4}  {} smaller terms", rest.len());
        }
    }
    text
}
