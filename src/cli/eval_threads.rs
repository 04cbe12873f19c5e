//! `tamis eval threads`: how well comment threads are found.

use std::collections::BTreeMap;
use std::fmt::Write;

use clap::Args;
use rayon::prelude::*;
use serde_json::{Value, json};
use tamis::clean::Input;
use tamis::eval::threads::{self, ThreadFigures};

use super::eval_data::{By, Data};
use super::model::Model;
use super::printer::Printer;
use super::{Ended, Ending, usage};

/// Measure how well comment threads are found
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis eval threads --fixtures fixtures/check --by renderer
  tamis eval threads pages.jsonl.zst --gold gold.jsonl.gz --by system --worst 10

Figures are means over pages, those without comments included. A comment is found if the F1 of its tokens and those of \
one of the record is 0.8; deleted ones are found in order. author, time, shown (the wording of the time) and parent are \
shares of the comments found of which the gold tells so much. GOLD has `comments` with `id`, `parent` or `depth`, \
`author`, `published`, `published_shown`, `text`, `deleted`; `nested` says whether a dump shows who answers whom.")]
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

/// Pages of one name and their figures.
struct Group {
    name: String,
    pages: usize,
    means: ThreadFigures,
}

impl Group {
    fn of(name: &str, pages: &[ThreadFigures]) -> Self {
        Self { name: name.to_owned(), pages: pages.len(), means: threads::means(pages) }
    }
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let cleaner = arguments.model.cleaner()?;
    let examples = arguments.data.examples(|gold| gold)?;
    let mut rows: Vec<(String, Option<String>, ThreadFigures)> = examples
        .par_iter()
        .filter_map(|example| {
            let record = cleaner.clean(&Input::new(&*example.id, &example.source, example.format));
            let figures = threads::page(&example.gold, &record)?;
            Some((example.id.clone(), arguments.by.map(|by| by.group(example)), figures))
        })
        .collect();
    if rows.is_empty() {
        return Err(usage("no gold record says anything of `comments`"));
    }
    let mut named: BTreeMap<&str, Vec<ThreadFigures>> = BTreeMap::new();
    for (_, group, figures) in &rows {
        if let Some(group) = group {
            named.entry(group).or_default().push(*figures);
        }
    }
    let all = Group::of("all", &rows.iter().map(|(_, _, figures)| *figures).collect::<Vec<_>>());
    let groups: Vec<Group> = named.into_iter().map(|(name, pages)| Group::of(name, &pages)).collect();
    rows.sort_by(|a, b| a.2.f1.total_cmp(&b.2.f1));
    rows.truncate(arguments.worst);
    let worst: Vec<Group> = rows.iter().map(|(id, _, figures)| Group::of(id, &[*figures])).collect();
    let text = if arguments.json { as_json(&all, &groups, &worst) } else { table(&all, &groups, &worst) };
    let mut output = printer.output();
    output.put(text.as_bytes())?;
    output.flush()?;
    Ok(Ending::Done)
}

fn as_json(all: &Group, groups: &[Group], worst: &[Group]) -> String {
    let one = |group: &Group| {
        let ThreadFigures { precision, recall, f1, author, time, shown, parent, comments } = group.means;
        json!({
            "pages": group.pages, "comments": comments, "precision": precision, "recall": recall, "f1": f1,
            "author": author, "time": time, "shown": shown, "parent": parent,
        })
    };
    let map = |groups: &[Group]| -> Value { groups.iter().map(|group| (group.name.clone(), one(group))).collect() };
    format!("{}\n", json!({"all": one(all), "groups": map(groups), "worst": map(worst)}))
}

fn table(all: &Group, groups: &[Group], worst: &[Group]) -> String {
    let mut out = String::new();
    let mut line = |name: &str, cells: [&str; 9]| {
        let _ = write!(out, "{name:32}");
        for cell in cells {
            let _ = write!(out, " {cell:>9}");
        }
        out.push('\n');
    };
    line("", ["pages", "comments", "precision", "recall", "F1", "author", "time", "shown", "parent"]);
    for group in std::iter::once(all).chain(groups).chain(worst) {
        let ThreadFigures { precision, recall, f1, author, time, shown, parent, comments } = group.means;
        let shares = [Some(precision), Some(recall), Some(f1), author, time, shown, parent]
            .map(|share| share.map_or("–".to_owned(), |share| format!("{share:.4}")));
        let counts = [group.pages.to_string(), comments.to_string()];
        let cells: Vec<&str> = counts.iter().chain(&shares).map(String::as_str).collect();
        if let Ok(cells) = cells.try_into() {
            line(&group.name, cells);
        }
    }
    out
}
