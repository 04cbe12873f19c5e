//! `tamis train comments`: the two heads from fixtures and listed sets.

use std::path::PathBuf;

use clap::Args;
use tamis::Error;
use tamis::moderate::{Training, train};

use super::comment_sets::{Sources, fixtures, identity};
use super::printer::Printer;
use super::{Ended, Ending, usage};

/// Trains the comment model: spam and abuse
///
/// Prints, for each head and set, how well the set is judged by a model that learned from all the others. The same
/// input gives the same bytes.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of fixtures: .jsonl files of {"text", "spam", "abuse", "kind", "lang"} lines
    #[arg(long, value_name = "DIR", default_value = "fixtures/train/comments")]
    fixtures: PathBuf,
    /// A set listed in the sources, and where its file is; may be given again
    #[arg(long, value_name = "NAME=PATH")]
    set: Vec<String>,
    /// The list of sources, with digests
    #[arg(long, value_name = "FILE", default_value = "models/SOURCES.toml")]
    sources: PathBuf,
    /// How much the fixtures count beside the other sets
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0)]
    fixture_weight: f64,
    /// Where the model goes
    #[arg(short, long, value_name = "FILE", default_value = "models/comments.safetensors")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    if arguments.fixtures.components().any(|part| part.as_os_str() == "check") {
        return Err(usage("fixtures in a folder named check are for measuring; nothing learns from them"));
    }
    let mut own = fixtures(&arguments.fixtures)?;
    own.weight = arguments.fixture_weight;
    let mut sets = vec![own];
    sets.extend(identity(&arguments.fixtures)?);
    if !arguments.set.is_empty() {
        let sources = Sources::read(&arguments.sources)?;
        for named in &arguments.set {
            let (name, path) =
                named.split_once('=').ok_or_else(|| usage(format!("--set {named}: expected NAME=PATH")))?;
            sets.push(sources.set(name, path.as_ref())?);
        }
    }
    let (model, report) = train(&sets, &Training::default(), &|_| {})?;
    let mut output = printer.output();
    let mut line = |line: String| output.put(format!("{line}\n").as_bytes());
    for (title, figures) in [("left out", &report.left_out), ("cross-validated", &report.crossed)] {
        for (head, set, figures) in figures {
            line(format!(
                "{title:16} {head:6} {set:24} n {:6}  AUC {:.4}  caught at 1 % {:.3}  F1 {:.4}  MCC {:.4}  ECE {:.4}",
                figures.n,
                figures.auc.unwrap_or(f64::NAN),
                figures.caught_at_1.unwrap_or(f64::NAN),
                figures.f1,
                figures.mcc,
                figures.ece
            ))?;
        }
    }
    for (head, set, share) in &report.ham_rejected {
        line(format!("rejected ham     {head:6} {set:24} {:.2} %, by the threshold of the other sets", 100.0 * share))?;
    }
    output.flush()?;
    let bytes = model.to_bytes()?;
    std::fs::write(&arguments.out, &bytes)
        .map_err(|error| Error::from(error).in_file(arguments.out.display().to_string()))?;
    printer.message(&format!("{}: {} bytes", arguments.out.display(), bytes.len()));
    Ok(Ending::Done)
}
