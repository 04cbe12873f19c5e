//! `tamis eval pages`: how well the main text of pages is found.

use std::collections::BTreeMap;
use std::fmt::Write;

use clap::Args;
use rayon::prelude::*;
use serde_json::{Value, json};
use tamis::clean::Input;
use tamis::eval::fixtures::with_main_text;
use tamis::eval::pages::{self, Means, PageFigures};
use tamis::record::PageKind;

use super::eval_data::{By, Data};
use super::model::Model;
use super::printer::Printer;
use super::{Ended, Ending};

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
    #[command(flatten)]
    data: Data,
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

/// What came of one page.
struct Row {
    id: String,
    group: Option<String>,
    kind: PageKind,
    figures: PageFigures,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let cleaner = arguments.model.cleaner()?;
    let examples = arguments.data.examples(with_main_text)?;
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
