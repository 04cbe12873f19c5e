//! `tamis eval blocks`: how well the blocks of fixtures are named.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use tamis::eval::blocks::Confusion;
use tamis::label::sets;
use tamis::record::{Format, Label};

use super::model::Model;
use super::printer::Printer;
use super::{Ended, Ending};

/// Measure how well blocks are named: precision, recall and F1 of every label, and what is taken for what
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis eval blocks
  tamis eval blocks --fixtures fixtures/train --model own.safetensors
  tamis eval blocks --json | jq .html.macro_f1_removed

HTML pages and text dumps are measured apart. macro-F1 is the mean over the labels that occur.")]
pub(super) struct Arguments {
    /// The folder of fixtures
    #[arg(long, value_name = "DIR", default_value = "fixtures/check")]
    fixtures: PathBuf,
    #[command(flatten)]
    model: Model,
    /// How many of the most frequent mistakes are listed
    #[arg(long, value_name = "N", default_value_t = 15)]
    mistakes: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let cleaner = arguments.model.cleaner()?;
    let examples = sets::fixtures(&arguments.fixtures)?;
    let mut object = Map::new();
    let mut text = String::new();
    for format in [Format::Html, Format::Text] {
        let confusion = Confusion::of(&cleaner, examples.par_iter().filter(|example| example.format == format));
        let pages = examples.iter().filter(|example| example.format == format).count();
        if arguments.json {
            object.insert(format.name().to_owned(), figures(&confusion, pages, arguments.mistakes));
        } else {
            table(&confusion, format, pages, arguments.mistakes, &mut text);
        }
    }
    if arguments.json {
        text = format!("{}\n", Value::Object(object));
    }
    let mut output = printer.output();
    output.put(text.as_bytes())?;
    output.flush()?;
    Ok(Ending::Done)
}

fn figures(confusion: &Confusion, pages: usize, mistakes: usize) -> Value {
    let labels: Map<String, Value> = Label::ALL
        .iter()
        .filter_map(|&label| {
            let (precision, recall, f1, blocks) = confusion.figures(label)?;
            let figures = json!({"precision": precision, "recall": recall, "f1": f1, "blocks": blocks});
            Some((label.name().to_owned(), figures))
        })
        .collect();
    let mistakes: Vec<Value> = confusion
        .mistakes()
        .into_iter()
        .take(mistakes)
        .map(|(right, named, count)| json!({"right": right, "named": named, "blocks": count}))
        .collect();
    json!({
        "pages": pages,
        "blocks": confusion.blocks(),
        "macro_f1_removed": confusion.macro_f1(|label| !label.is_kept()),
        "macro_f1_kept": confusion.macro_f1(Label::is_kept),
        "labels": labels,
        "mistakes": mistakes,
    })
}

fn table(confusion: &Confusion, format: Format, pages: usize, mistakes: usize, out: &mut String) {
    let of = match format {
        Format::Html => "HTML pages",
        Format::Text => "text dumps",
    };
    let _ = writeln!(
        out,
        "{of}: {pages}, {} labelled blocks\nmacro-F1 over removed labels {:.4}, over kept labels {:.4}\n",
        confusion.blocks(),
        confusion.macro_f1(|label| !label.is_kept()),
        confusion.macro_f1(Label::is_kept),
    );
    let _ = writeln!(out, "{:14} {:>9} {:>9} {:>9} {:>7}", "label", "precision", "recall", "F1", "blocks");
    for &label in Label::ALL {
        if let Some((precision, recall, f1, blocks)) = confusion.figures(label) {
            let _ = writeln!(out, "{label:14} {precision:9.4} {recall:9.4} {f1:9.4} {blocks:7}");
        }
    }
    let _ = writeln!(out, "\nmost frequent mistakes (blocks: what it is → what it was named)");
    for (right, named, count) in confusion.mistakes().into_iter().take(mistakes) {
        let _ = writeln!(out, "{count:7}  {right} → {named}");
    }
    out.push('\n');
}
