//! Labelled comments: what the heads learn from and are measured on.

use std::io::BufRead;

use serde::Deserialize;

use super::Head;
use crate::error::{Error, ErrorKind, Result};

/// One labelled comment.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// What was written.
    pub text: String,
    /// Whether it is positive for each head; `None` where nobody said.
    pub labels: [Option<bool>; 2],
    /// What it belongs to (a video, a thread, a site), for leaving one out.
    pub group: Option<String>,
    /// BCP 47 primary language.
    pub language: Option<String>,
    /// When it was written, in a form that sorts.
    pub date: Option<String>,
}

/// Labelled comments from one source.
#[derive(Clone, Debug, Default)]
pub struct CommentSet {
    /// Its name, as in `models/SOURCES.toml`.
    pub name: String,
    /// The comments in order.
    pub examples: Vec<Example>,
    /// How much it counts beside the others; 1 where nothing speaks against it.
    pub weight: f64,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    label: Option<u8>,
    head: Option<Head>,
    spam: Option<u8>,
    abuse: Option<u8>,
    group: Option<String>,
    kind: Option<String>,
    lang: Option<String>,
    date: Option<String>,
}

impl CommentSet {
    /// Reads JSON lines: `{"text", "label": 0|1}` with `"head": "spam"|"abuse"` unless `head` names it, or
    /// `{"text", "spam": 0|1, "abuse": 0|1}`; `group` (or `kind`), `lang` and `date` where known. A line that is neither is an
    /// [`ErrorKind::Record`] with its number.
    pub fn read_jsonl(name: &str, head: Option<Head>, reader: impl BufRead) -> Result<Self> {
        let mut examples = Vec::new();
        for (i, line) in reader.lines().enumerate() {
            let place = |error: Error| error.in_file(name).in_record(i as u64);
            let line = line.map_err(|error| place(error.into()))?;
            if line.trim().is_empty() {
                continue;
            }
            let line: Line = serde_json::from_str(&line).map_err(|error| {
                place(ErrorKind::Record(format!("this line is no labelled comment ({error})")).into())
            })?;
            let flag = |value: Option<u8>| value.map(|value| value != 0);
            let mut labels = [flag(line.spam), flag(line.abuse)];
            if let (Some(label), Some(head)) = (line.label, line.head.or(head)) {
                labels[head as usize] = Some(label != 0);
            }
            if labels == [None; 2] {
                let message = "this line has no label, or does not say of which head (give --head)";
                return Err(place(ErrorKind::Record(message.to_owned()).into()));
            }
            examples.push(Example {
                text: line.text,
                labels,
                group: line.group.or(line.kind),
                language: line.lang,
                date: line.date,
            });
        }
        Ok(Self { name: name.to_owned(), examples, weight: 1.0 })
    }

    /// The number of comments labelled for `head`, and of the positive ones among them.
    pub fn count(&self, head: Head) -> (usize, usize) {
        let labels = || self.examples.iter().filter_map(|example| example.labels[head as usize]);
        (labels().count(), labels().filter(|label| *label).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_wrong_ones_named() {
        let lines = "{\"text\":\"a\",\"label\":1,\"head\":\"spam\",\"group\":\"g\"}\n\n{\"text\":\"b\",\"spam\":0,\"abuse\":1}\n";
        let set = CommentSet::read_jsonl("x", None, lines.as_bytes()).unwrap();
        assert_eq!(set.examples[0].labels, [Some(true), None]);
        assert_eq!(set.examples[1].labels, [Some(false), Some(true)]);
        assert_eq!((set.count(Head::Spam), set.count(Head::Abuse)), ((2, 1), (1, 1)));
        let error = CommentSet::read_jsonl("x", None, "{\"text\":\"a\",\"label\":1}".as_bytes()).unwrap_err();
        assert!(error.to_string().contains("--head") && error.record() == Some(0));
        assert!(CommentSet::read_jsonl("x", Some(Head::Spam), "nonsense".as_bytes()).is_err());
    }
}
