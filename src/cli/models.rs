//! `tamis models`: what is embedded, and from which data it was made.

use std::fmt::Write;

use clap::Args;
use serde_json::{Map, Value, json};
use tamis::label::Labeller;
use tamis::moderate::{CommentModel, Head};
use xxhash_rust::xxh3::xxh3_128;

use super::printer::Printer;
use super::{Ended, Ending};

/// Show the models inside the program: sizes, digests, and the data they were made from
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tamis models\n  tamis models --json | jq -c '.[] | [.name, .digest]'")]
pub(super) struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A model, as far as it describes itself.
struct Described {
    name: &'static str,
    what: &'static str,
    bytes: &'static [u8],
    /// What it learned from: a heading, and name and number of each source.
    learned: Vec<(String, Vec<(String, u64)>)>,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let labeller = Labeller::embedded()?;
    let info = labeller.info();
    let pages = info.sources.iter().map(|(name, pages)| (name.clone(), *pages)).collect();
    let comments = CommentModel::shipped();
    let heads = Head::ALL.iter().map(|&head| {
        let sets = comments.sets(head).iter().map(|(name, rows, _)| (name.clone(), *rows));
        (format!("comments, {head}"), sets.collect())
    });
    let models = [
        Described {
            name: "blocks",
            what: "names the blocks of pages",
            bytes: Labeller::EMBEDDED,
            learned: vec![("pages".to_owned(), pages)],
        },
        Described {
            name: "comments",
            what: "scores comments for spam and abuse",
            bytes: CommentModel::EMBEDDED,
            learned: heads.collect(),
        },
    ];
    let text = if arguments.json {
        format!("{}\n", Value::Array(models.iter().map(Described::json).collect()))
    } else {
        models.iter().map(Described::text).collect()
    };
    let mut output = printer.output();
    output.put(text.as_bytes())?;
    output.flush()?;
    Ok(Ending::Done)
}

impl Described {
    fn digest(&self) -> String {
        format!("{:032x}", xxh3_128(self.bytes))
    }

    fn json(&self) -> Value {
        let counts = |sources: &[(String, u64)]| -> Map<String, Value> {
            sources.iter().map(|(name, count)| (name.clone(), json!(count))).collect()
        };
        let learned: Map<String, Value> =
            self.learned.iter().map(|(of, sources)| (of.clone(), Value::Object(counts(sources)))).collect();
        json!({
            "name": self.name,
            "what": self.what,
            "bytes": self.bytes.len(),
            "digest": self.digest(),
            "learned_from": learned,
        })
    }

    fn text(&self) -> String {
        let mut out =
            format!("{}: {}\n  {} KB, xxh3-128 {}\n", self.name, self.what, self.bytes.len() >> 10, self.digest());
        for (of, sources) in &self.learned {
            let all: u64 = sources.iter().map(|(_, count)| count).sum();
            let _ = writeln!(out, "  learned from {all} {of}");
            for (name, count) in sources {
                let _ = writeln!(out, "  {count:>8}  {name}");
            }
        }
        out
    }
}
