//! `tamis eval fixtures`: whether the text dumps of a page lead to the record that its HTML leads to.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use rayon::prelude::*;
use serde_json::{Value, json};
use tamis::clean::Input;
use tamis::eval::fixtures::{Agreement, agreements};
use tamis::label::sets;

use super::model::Model;
use super::printer::Printer;
use super::{Ended, Ending};

/// Measure how far the records of a page's dumps agree with that of its HTML
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis eval fixtures
  tamis eval fixtures --fixtures fixtures/train --json

text is the F1 of the tokens of the records' `text`; comments that of their comments, taken for the same when author, \
words and state of being deleted are.")]
pub(super) struct Arguments {
    /// The folder of fixtures
    #[arg(long, value_name = "DIR", default_value = "fixtures/check")]
    fixtures: PathBuf,
    #[command(flatten)]
    model: Model,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Mean agreement of some dumps.
struct Means {
    dumps: usize,
    text: f64,
    comments: f64,
    /// Over the pages where either record has comments.
    threads: Option<f64>,
}

impl Means {
    fn of(rows: &[&Agreement]) -> Self {
        let mean = |rows: &[&Agreement], pick: fn(&Agreement) -> f64| {
            rows.iter().map(|row| pick(row)).sum::<f64>() / rows.len().max(1) as f64
        };
        let threads: Vec<&Agreement> = rows.iter().copied().filter(|row| row.expected + row.found > 0).collect();
        Self {
            dumps: rows.len(),
            text: mean(rows, |row| row.text),
            comments: mean(rows, |row| row.comments),
            threads: (!threads.is_empty()).then(|| mean(&threads, |row| row.comments)),
        }
    }

    fn json(&self) -> Value {
        json!({
            "dumps": self.dumps, "text": self.text, "comments": self.comments, "comments_of_threads": self.threads,
        })
    }
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let cleaner = arguments.model.cleaner()?;
    let examples = sets::fixtures(&arguments.fixtures)?;
    let clean = |example: &tamis::label::train::Example| {
        cleaner.clean(&Input::new(&*example.id, &example.source, example.format))
    };
    let records: Vec<_> = examples.par_iter().map(|example| (example.id.clone(), clean(example))).collect();
    let rows = agreements(&records);
    let mut renderers: BTreeMap<&str, Vec<&Agreement>> = BTreeMap::new();
    for row in &rows {
        renderers.entry(&row.renderer).or_default().push(row);
    }
    let all = Means::of(&rows.iter().collect::<Vec<_>>());
    let renderers: Vec<(&str, Means)> = renderers.into_iter().map(|(name, rows)| (name, Means::of(&rows))).collect();
    let text = if arguments.json { as_json(&rows, &all, &renderers) } else { table(&rows, &all, &renderers) };
    let mut output = printer.output();
    output.put(text.as_bytes())?;
    output.flush()?;
    Ok(Ending::Done)
}

fn as_json(rows: &[Agreement], all: &Means, renderers: &[(&str, Means)]) -> String {
    let dumps: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "page": row.page, "renderer": row.renderer, "text": row.text, "comments": row.comments,
                "expected": row.expected, "found": row.found,
            })
        })
        .collect();
    let renderers: serde_json::Map<String, Value> =
        renderers.iter().map(|(name, means)| ((*name).to_owned(), means.json())).collect();
    format!("{}\n", json!({"all": all.json(), "renderers": renderers, "dumps": dumps}))
}

fn table(rows: &[Agreement], all: &Means, renderers: &[(&str, Means)]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{:44} {:18} {:>7} {:>9}  comments in HTML, dump", "page", "renderer", "text", "comments");
    for row in rows {
        let _ = writeln!(
            out,
            "{:44} {:18} {:7.4} {:9.4}  {}, {}",
            row.page, row.renderer, row.text, row.comments, row.expected, row.found
        );
    }
    let _ = writeln!(out, "\n{:18} {:>6} {:>7} {:>9} {:>15}", "", "dumps", "text", "comments", "where there are");
    for (name, means) in renderers.iter().map(|(name, means)| (*name, means)).chain([("all", all)]) {
        let threads = means.threads.map_or("–".to_owned(), |mean| format!("{mean:.4}"));
        let _ = writeln!(out, "{name:18} {:6} {:7.4} {:9.4} {threads:>15}", means.dumps, means.text, means.comments);
    }
    out
}
