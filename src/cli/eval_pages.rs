//! `tamis eval pages`: how well the main text of pages is found.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde_json::{Value, json};
use tamis::Result;
use tamis::clean::Input;
use tamis::eval::fixtures::with_main_text;
use tamis::eval::pages::{self, Means, PageFigures};
use tamis::label::sets::{self, Part};
use tamis::label::train::Example;
use tamis::record::PageKind;

use super::model::Model;
use super::printer::Printer;
use super::{Ended, Ending, usage};

/// Measure how well the main text of pages is found
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis eval pages pages.jsonl.zst --gold gold.jsonl.gz
  tamis eval pages pages.jsonl --gold gold.jsonl --by page-type --worst 10
  tamis eval pages --fixtures fixtures/check --by language
  tamis eval pages news.jsonl --gold gold.jsonl --only 0/4 --model part.safetensors

F1 is the mean over pages of the F1 of the texts' runs of four tokens, tokens that of single tokens, snippets the F1 \
over all wanted and unwanted snippets. On a page of posts their texts count as main text; where the gold opens with \
the headline, so may the answer. Pages without a gold record are left out.")]
pub(super) struct Arguments {
    /// Pages: JSON lines with `id` and `html` or `text`, plain, gzip or zstd
    #[arg(value_name = "PAGES", required_unless_present = "fixtures")]
    pages: Vec<PathBuf>,
    /// Gold records by the same ids; without it they stand beside the pages
    #[arg(long, value_name = "FILE")]
    gold: Option<PathBuf>,
    /// Folders of fixtures: body, captions and, on a page of posts, their words are the main text
    #[arg(long, value_name = "DIR")]
    fixtures: Vec<PathBuf>,
    /// Only this part of the pages: what `tamis train blocks --leave-out K/N` left out
    #[arg(long, value_name = "K/N")]
    only: Option<Part>,
    #[command(flatten)]
    model: Model,
    /// Figures of groups of pages too
    #[arg(long, value_enum)]
    by: Option<By>,
    /// List the N pages that are read worst
    #[arg(long, value_name = "N", default_value_t = 0)]
    worst: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// The gold's kind of page
    #[value(alias = "page_type", alias = "kind")]
    PageType,
    /// The gold's language
    #[value(alias = "lang")]
    Language,
    /// What rendered a dump, by its id PAGE@RENDERER
    Renderer,
}

/// What came of one page.
struct Row {
    id: String,
    group: Option<String>,
    kind: PageKind,
    figures: PageFigures,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let cleaner = arguments.model.cleaner()?;
    let examples = examples(arguments)?;
    let rows: Vec<Row> = examples
        .par_iter()
        .map(|example| {
            let record = cleaner.clean(&Input::new(&*example.id, &example.source, example.format));
            let group = arguments.by.map(|by| by.group(example));
            Row { id: example.id.clone(), group, kind: record.kind, figures: pages::page(&example.gold, &record) }
        })
        .collect();
    let mut groups: BTreeMap<&str, Vec<PageFigures>> = BTreeMap::new();
    for row in &rows {
        if let Some(group) = &row.group {
            groups.entry(group).or_default().push(row.figures);
        }
    }
    let all = pages::means(&rows.iter().map(|row| row.figures).collect::<Vec<_>>());
    let groups: Vec<(&str, Means)> = groups.into_iter().map(|(name, rows)| (name, pages::means(&rows))).collect();
    let mut worst: Vec<(&Row, (f64, f64, f64))> =
        rows.iter().filter_map(|row| Some((row, row.figures.shingles?))).collect();
    worst.sort_by(|a, b| a.1.2.total_cmp(&b.1.2));
    worst.truncate(arguments.worst);
    let text = if arguments.json { as_json(&all, &groups, &worst) } else { table(&all, &groups, &worst) };
    let mut output = printer.output();
    output.put(text.as_bytes())?;
    output.flush()?;
    Ok(Ending::Done)
}

fn examples(arguments: &Arguments) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for path in &arguments.pages {
        examples.extend(sets::pages("", path, arguments.gold.as_deref())?);
    }
    for folder in &arguments.fixtures {
        let fixtures = sets::fixtures(folder)?.into_iter();
        examples.extend(fixtures.map(|example| Example { gold: with_main_text(example.gold), ..example }));
    }
    examples.retain(|example| arguments.only.is_none_or(|part| part.holds(&example.id)));
    if examples.is_empty() {
        return Err(usage("no page is left; --only leaves out all there are"));
    }
    Ok(examples)
}

impl By {
    fn group(self, example: &Example) -> String {
        let unknown = || "unknown".to_owned();
        let gold = &example.gold;
        match self {
            Self::PageType => gold.page_type.clone().or_else(|| gold.kind.clone()).unwrap_or_else(unknown),
            Self::Language => gold.lang.clone().unwrap_or_else(unknown),
            Self::Renderer => example
                .id
                .rsplit_once('@')
                .map_or_else(|| example.format.name().to_owned(), |(_, renderer)| renderer.to_owned()),
        }
    }
}

fn means_json(means: &Means) -> Value {
    let of = |pick: fn((f64, f64, f64)) -> f64| means.shingles.map(pick);
    json!({
        "pages": means.pages,
        "precision": of(|s| s.0),
        "recall": of(|s| s.1),
        "f1": of(|s| s.2),
        "tokens": means.tokens,
        "snippets": means.snippets,
    })
}

fn as_json(all: &Means, groups: &[(&str, Means)], worst: &[(&Row, (f64, f64, f64))]) -> String {
    let worst: Vec<Value> = worst
        .iter()
        .map(|(row, (precision, recall, f1))| {
            json!({"id": row.id, "kind": row.kind, "precision": precision, "recall": recall, "f1": f1})
        })
        .collect();
    let groups: serde_json::Map<String, Value> =
        groups.iter().map(|(name, means)| ((*name).to_owned(), means_json(means))).collect();
    format!("{}\n", json!({"all": means_json(all), "groups": groups, "worst": worst}))
}

fn table(all: &Means, groups: &[(&str, Means)], worst: &[(&Row, (f64, f64, f64))]) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{:20} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "pages", "precision", "recall", "F1", "tokens", "snippets"
    );
    let share = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.4}"));
    for (name, means) in std::iter::once(&("all", *all)).chain(groups) {
        let _ = writeln!(
            out,
            "{name:20} {:6} {:>9} {:>9} {:>9} {:>9} {:>9}",
            means.pages,
            share(means.shingles.map(|s| s.0)),
            share(means.shingles.map(|s| s.1)),
            share(means.shingles.map(|s| s.2)),
            share(means.tokens),
            share(means.snippets),
        );
    }
    if !worst.is_empty() {
        let _ = writeln!(out, "\n{:>9} {:>9} {:>9}  page", "precision", "recall", "F1");
    }
    for (row, (precision, recall, f1)) in worst {
        let _ = writeln!(out, "{precision:9.4} {recall:9.4} {f1:9.4}  {} ({})", row.id, row.kind);
    }
    out
}
