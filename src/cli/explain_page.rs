//! `tamis explain page`: what every block of a page was named, how surely, and what spoke for it.

use std::fmt::Write;

use clap::Args;
use tamis::article::Sourced;
use tamis::clean::{Cleaned, Cleaner, Input as Page};
use tamis::label::Explanation;
use tamis::record::{Label, PageKind};
use tamis::source::{Document, Opened};
use tamis::{Error, ErrorKind, Result};

use super::input::Input;
use super::model::Model;
use super::printer::Printer;
use super::{Ended, Ending, usage};

/// Weightiest terms that are shown of every block.
const TERMS: usize = 4;

/// Explain a page: the name of every block and what spoke for it, and where title, authors and dates come from
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis explain page page.html
  tamis explain page dump.txt --block 12
  tamis explain page crawl.jsonl.zst --id article-7 | less -R

Terms are log-odds: positive ones speak for the label, negative ones against it.")]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// The page of this id; the first one if not given
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Explain block N alone, with all terms and all evidence
    #[arg(long, value_name = "N")]
    block: Option<usize>,
    #[command(flatten)]
    model: Model,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let document = document(arguments)?;
    let cleaner = arguments.model.cleaner()?;
    let cleaned = cleaner.stages(&Page {
        id: document.id.clone(),
        text: &document.text,
        captured_at: document.source.captured_at.clone(),
        source: document.source.clone(),
    });
    let text = match arguments.block {
        None => overview(&cleaner, &document, &cleaned, printer),
        Some(block) if block < cleaned.page.blocks.len() => one(&cleaner, &cleaned, block, printer),
        Some(block) => {
            let blocks = cleaned.page.blocks.len();
            return Err(usage(format!("there is no block {block}; the page has {blocks}, numbered from 0")));
        }
    };
    let mut output = printer.output();
    output.put(text.as_bytes())?;
    output.flush()?;
    Ok(Ending::Done)
}

/// The page that is asked for.
fn document(arguments: &Arguments) -> Result<Document> {
    let settings = arguments.input.settings();
    for record in arguments.input.reader()? {
        // With an id given, what cannot be read is some other page.
        let opened = match record.and_then(|record| record.open(&settings)) {
            Err(_) if arguments.id.is_some() => continue,
            opened => opened?,
        };
        let Opened::Page(document) = opened else { continue };
        if arguments.id.as_ref().is_none_or(|id| *id == document.id) {
            return Ok(*document);
        }
    }
    Err(match &arguments.id {
        Some(id) => usage(format!("there is no page with the id {id:?}")),
        None => Error::from(ErrorKind::NotAPage { found: "an input without pages".to_owned() }),
    })
}

fn overview(cleaner: &Cleaner, document: &Document, cleaned: &Cleaned<'_>, printer: &Printer) -> String {
    let Cleaned { page, evidence, labels, head, .. } = cleaned;
    let width = printer.screen().map_or(100, |screen| screen.width);
    let mut out = String::new();
    let mut fact = |name: &str, value: &str, source: &str| {
        let source = if source.is_empty() { String::new() } else { format!("  ({source})") };
        let _ = writeln!(
            out,
            "{}  {}{}",
            printer.paint("2", &format!("{name:>9}")),
            shown(value),
            printer.paint("2", &source)
        );
    };
    let language = evidence.language.map_or("unknown language", |language| language.code());
    fact("page", &document.id, &format!("{}, {language}, {} blocks", page.format, page.blocks.len()));
    fact("kind", &kinds(&labels.kinds), "");
    let sourced = |value: &Option<Sourced>| value.clone().into_iter().collect::<Vec<_>>();
    for (name, values) in [
        ("title", sourced(&head.title)),
        ("deck", sourced(&head.deck)),
        ("author", head.authors.clone()),
        ("published", sourced(&head.published)),
        ("modified", sourced(&head.modified)),
        ("site", sourced(&head.site)),
    ] {
        for value in values {
            fact(name, &value.value, value.source);
        }
    }
    let reasons = cleaner.labeller().explain_all(page, evidence, labels, 0..page.blocks.len());
    for ((i, block), why) in page.blocks.iter().enumerate().zip(reasons) {
        let label = labels.labels[i];
        let room = width.saturating_sub(29).max(20);
        let hidden = if block.hidden { "(hidden) " } else { "" };
        let text = shown(&format!("{hidden}{}", page.shown_text(block)));
        let _ = writeln!(
            out,
            "\n{} {} {:5.3}  {}",
            printer.paint("2", &format!("{i:5}")),
            printer.paint(style(label), &format!("{label:14}")),
            labels.sure[i],
            start(&text, room)
        );
        let terms: Vec<String> =
            why.terms.iter().take(TERMS).map(|(name, weight)| format!("{weight:+.2} {name}")).collect();
        let _ = writeln!(out, "{:28}{}", "", printer.paint("2", &shown(&terms.join(", "))));
    }
    out
}

/// All there is to say of block `i`.
fn one(cleaner: &Cleaner, cleaned: &Cleaned<'_>, i: usize, printer: &Printer) -> String {
    let Cleaned { page, evidence, labels, .. } = cleaned;
    let (block, label) = (&page.blocks[i], labels.labels[i]);
    let Explanation { probability, terms, evidence: dense } = cleaner.labeller().explain(page, evidence, labels, i);
    let mut out = format!(
        "{}\n\nblock {i}: {} {probability:.4}, main content {:.4}, a comment's text {:.4}\n",
        shown(&page.shown_text(block)),
        printer.paint(style(label), label.name()),
        labels.main[i],
        labels.comment[i],
    );
    for (title, rows) in [
        (format!("terms for {label}, in log-odds"), terms),
        ("evidence for main content, in log-odds".to_owned(), dense),
    ] {
        let _ = writeln!(out, "\n{}", printer.paint("1", &title));
        for (name, weight) in rows {
            let _ = writeln!(out, "{weight:+9.4}  {}", shown(&name));
        }
    }
    out
}

/// The likelier kinds with their chances.
fn kinds(chances: &[f32]) -> String {
    let mut kinds: Vec<(&PageKind, f32)> = PageKind::ALL.iter().zip(chances.iter().copied()).collect();
    kinds.sort_by(|a, b| b.1.total_cmp(&a.1));
    let likely = kinds.iter().enumerate().take_while(|(rank, (_, chance))| *rank == 0 || *chance >= 0.01);
    likely.map(|(_, (kind, chance))| format!("{kind} {chance:.2}")).collect::<Vec<_>>().join(", ")
}

/// Green stays in the article, cyan in the thread, yellow is taken out.
const fn style(label: Label) -> &'static str {
    match label {
        _ if label.is_comment() => "36",
        _ if label.is_kept() => "32",
        _ => "33",
    }
}

/// On one line and without control characters: what a page says must not steer a terminal.
fn shown(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\t') { ' ' } else { c }).filter(|c| !c.is_control()).collect()
}

/// The first `room` characters.
fn start(text: &str, room: usize) -> String {
    match text.char_indices().nth(room) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
