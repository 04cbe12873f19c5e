//! `tamis train blocks`: the labeller of blocks from fixtures, listed sets and corrected sheets.

use std::io::Write;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use clap::Args;
use tamis::label::Labeller;
use tamis::label::sets::{self, Part};
use tamis::label::sources::Sources;
use tamis::label::train::{Example, train};
use tamis::sink::Whole;
use tamis::{Error, Result};
use xxhash_rust::xxh3::xxh3_128;

use super::printer::Printer;
use super::{Ended, Ending, usage};

/// Train the model that names the blocks of pages
///
/// Fixtures come first, then the sets in the order given, then corrected sheets. The same data in the same order give
/// the same bytes, on any machine.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis train blocks --fixtures fixtures/train -o own.safetensors
  tamis train blocks --fixtures fixtures/train --set news=news.jsonl.zst,news.gold.jsonl.gz -o models/blocks.safetensors
  tamis train blocks --fixtures fixtures/train --labelled corrected/ -o own.safetensors
  tamis train blocks --fixtures fixtures/train --set news=news.jsonl,gold.jsonl --leave-out 0/4 -o part.safetensors
  tamis eval pages news.jsonl --gold gold.jsonl --only 0/4 --model part.safetensors

PAGES are JSON lines with `id` and `html` or `text`. GOLD has, by the same `id` (for a dump PAGE@RENDERER also by \
PAGE), the main text (`text`), snippets (`with`, `without`), a thread (`comments`) or labelled `blocks`; without GOLD \
these stand beside `html` in PAGES. Both may be gzip or zstd. A set must be listed with its digests in SOURCES.toml. \
Pages in a folder named check/ are refused: they measure the models.")]
pub(super) struct Arguments {
    /// A folder of fixtures, with pages/NAME/page.html and expected.json; may be repeated
    #[arg(long, value_name = "DIR")]
    fixtures: Vec<PathBuf>,
    /// A set of pages and their gold; may be repeated
    #[arg(long = "set", value_name = "NAME=PAGES[,GOLD]", value_parser = set)]
    sets: Vec<Set>,
    /// A folder of sheets written by `tamis label` and corrected; may be repeated
    #[arg(long, value_name = "DIR")]
    labelled: Vec<PathBuf>,
    /// The list of outside sets, with digests
    #[arg(long, value_name = "FILE", default_value = "models/SOURCES.toml")]
    sources: PathBuf,
    /// Take sets that are not listed, or are not as listed
    #[arg(long)]
    allow_unlisted: bool,
    /// Leave out this part of the sets' pages, to measure on it: those whose CRC-32 of the id (before `@RENDERER`)
    /// modulo N is K
    #[arg(long, value_name = "K/N")]
    leave_out: Option<Part>,
    /// Where the model goes
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

/// A named set.
#[derive(Clone, Debug)]
struct Set {
    name: String,
    pages: PathBuf,
    gold: Option<PathBuf>,
}

fn set(text: &str) -> Result<Set, String> {
    let (name, files) = text.split_once('=').ok_or("give NAME=PAGES or NAME=PAGES,GOLD")?;
    let (pages, gold) = match files.rsplit_once(',') {
        Some((pages, gold)) => (pages, Some(PathBuf::from(gold))),
        None => (files, None),
    };
    Ok(Set { name: name.to_owned(), pages: pages.into(), gold })
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let began = Instant::now();
    let examples = examples(arguments)?;
    printer.message(&format!("tamis: learning from {} pages", examples.len()));
    let labeller = learn(&examples, began, printer)?;
    let bytes = labeller.to_bytes()?;
    write(&arguments.out, &bytes)?;
    let info = labeller.info();
    for (source, pages) in &info.sources {
        printer.message(&format!("{pages:>8}  {source}"));
    }
    printer.message(&format!(
        "{}: {} blocks learned from, {} KB, xxh3-128 {:032x}, {:.0} s",
        arguments.out.display(),
        info.blocks,
        bytes.len() >> 10,
        xxh3_128(&bytes),
        began.elapsed().as_secs_f64()
    ));
    Ok(Ending::Done)
}

/// Everything to learn from, in order.
fn examples(arguments: &Arguments) -> Result<Vec<Example>> {
    let Arguments { fixtures, sets, labelled, .. } = arguments;
    if fixtures.is_empty() && sets.is_empty() && labelled.is_empty() {
        return Err(usage("there is nothing to learn from; give --fixtures, --set or --labelled"));
    }
    let files = sets.iter().flat_map(|set| std::iter::once(&set.pages).chain(&set.gold));
    fixtures.iter().chain(labelled).chain(files).try_for_each(|path| sets::refuse_check(path))?;
    if !sets.is_empty() && !arguments.allow_unlisted {
        let sources = Sources::read(&arguments.sources)?;
        sets.iter().try_for_each(|set| sources.check(&set.name, &set.pages, set.gold.as_deref()))?;
    }
    let mut examples = Vec::new();
    for folder in fixtures {
        examples.extend(sets::fixtures(folder)?);
    }
    for set in sets {
        let pages = sets::pages(&set.name, &set.pages, set.gold.as_deref())?;
        examples.extend(pages.into_iter().filter(|page| arguments.leave_out.is_none_or(|part| !part.holds(&page.id))));
    }
    for folder in labelled {
        examples.extend(sets::sheets(folder)?);
    }
    Ok(examples)
}

/// Learns on a thread of its own, while this one says how far it is.
fn learn(examples: &[Example], began: Instant, printer: &Printer) -> Result<Labeller> {
    let (say, steps) = mpsc::channel::<String>();
    thread::scope(|scope| {
        let learning = scope.spawn(move || {
            train(examples, &|step| {
                // Heard as long as this thread runs.
                let _ = say.send(step.to_owned());
            })
        });
        for step in steps {
            printer.message(&format!("{:7.1} s  {step}", began.elapsed().as_secs_f64()));
        }
        learning.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Writes the file whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = Whole::create(path)?;
    file.write_all(bytes).map_err(|error| Error::from(error).in_file(path.display().to_string()))?;
    file.finish()
}
