//! A moderator's verdicts on the command line: which comments, from where, and what was decided on them.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value};
use tamis::moderate::Decision;
use tamis::{Error, ErrorKind, Result};

use super::printer::Printer;
use super::score::open;
use super::usage;

/// The folder of a site.
#[derive(Debug, Args)]
pub(super) struct SiteFolder {
    /// The folder that keeps the site's verdicts
    #[arg(long, value_name = "DIR")]
    pub(super) site: PathBuf,
}

/// Comments, and what was decided on them.
///
/// `--spam a.txt --ham b.txt` names files by verdict; `--spam` alone speaks of the files given without one, or of
/// standard input.
#[derive(Debug, Args)]
pub(super) struct Verdicts {
    /// These are spam
    #[arg(long, value_name = "PATH", num_args = 0..)]
    spam: Option<Vec<PathBuf>>,
    /// These are not spam
    #[arg(long, value_name = "PATH", num_args = 0.., conflicts_with = "ok")]
    ham: Option<Vec<PathBuf>>,
    /// These are abuse
    #[arg(long, value_name = "PATH", num_args = 0..)]
    abuse: Option<Vec<PathBuf>>,
    /// These are neither spam nor abuse
    #[arg(long, value_name = "PATH", num_args = 0..)]
    ok: Option<Vec<PathBuf>>,
    /// Every JSON line carries its own verdict: "spam" and "abuse" (0 or 1), or "verdict" (spam, ham, abuse or ok); lines
    /// without one are passed over
    #[arg(long, value_name = "PATH", num_args = 0..)]
    from_log: Option<Vec<PathBuf>>,
    /// Files of comments, one a line or JSON lines; `-` or none is standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// One comment
    #[arg(long, value_name = "STRING", conflicts_with = "paths")]
    text: Option<String>,
    /// The field that holds the comment
    #[arg(long, value_name = "NAME", default_value = "text")]
    field: String,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) decisions: Vec<Decision>,
    /// Lines of a log that carry no verdict.
    pub(super) without: u64,
    /// Lines and files that could not be read.
    pub(super) failed: u64,
}

/// What the comments of a source are said to be.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    spam: Option<bool>,
    abuse: Option<bool>,
    /// Whether each line says so itself.
    own: bool,
}

impl Verdicts {
    /// Logs whose lines carry their own verdicts.
    pub(super) fn of_logs(paths: &[PathBuf]) -> Self {
        Self {
            spam: None,
            ham: None,
            abuse: None,
            ok: None,
            from_log: Some(Vec::new()),
            paths: paths.to_vec(),
            text: None,
            field: "text".to_owned(),
        }
    }

    /// Whether any verdict is named.
    pub(super) fn any(&self) -> bool {
        self.flags().iter().any(|(files, _)| files.is_some())
    }

    fn flags(&self) -> [(&Option<Vec<PathBuf>>, Said); 5] {
        let said = |spam, abuse| Said { spam, abuse, own: false };
        [
            (&self.spam, said(Some(true), None)),
            (&self.ham, said(Some(false), None)),
            (&self.abuse, said(None, Some(true))),
            (&self.ok, said(Some(false), Some(false))),
            (&self.from_log, Said { own: true, ..Said::default() }),
        ]
    }

    /// Reads all comments with their verdicts. What cannot be read is reported and counted; the rest is read.
    pub(super) fn read(&self, printer: &Printer) -> Result<Read> {
        let mut read = Read::default();
        // Verdicts that name no file are of the files without a verdict.
        let mut rest = Said::default();
        for (files, said) in self.flags() {
            let Some(files) = files else { continue };
            for path in files {
                self.file(path, said, &mut read, printer)?;
            }
            if files.is_empty() {
                let both = |a: Option<bool>, b: Option<bool>| match (a, b) {
                    (Some(a), Some(b)) if a != b => Err(usage("the verdicts contradict each other")),
                    _ => Ok(a.or(b)),
                };
                rest = Said {
                    spam: both(rest.spam, said.spam)?,
                    abuse: both(rest.abuse, said.abuse)?,
                    own: rest.own || said.own,
                };
            }
        }
        let named = self.flags().iter().any(|(files, _)| files.as_ref().is_some_and(|files| !files.is_empty()));
        if let Some(text) = &self.text {
            read.add(text.clone(), rest);
        }
        for path in &self.paths {
            self.file(path, rest, &mut read, printer)?;
        }
        if self.text.is_none() && self.paths.is_empty() && !named {
            self.file(Path::new("-"), rest, &mut read, printer)?;
        }
        Ok(read)
    }

    fn file(&self, path: &Path, said: Said, read: &mut Read, printer: &Printer) -> Result<()> {
        let name = path.display().to_string();
        let opened = if name == "-" { Ok(Box::new(io::stdin().lock()) as Box<dyn BufRead>) } else { open(path) };
        match opened.and_then(|mut reader| self.stream(&mut *reader, &name, said, read, printer)) {
            Err(error) if matches!(error.kind(), ErrorKind::Io(_)) => {
                read.failed += 1;
                printer.error(&error.in_file(name));
                Ok(())
            }
            other => other,
        }
    }

    fn stream(
        &self,
        reader: &mut dyn BufRead,
        name: &str,
        said: Said,
        read: &mut Read,
        printer: &Printer,
    ) -> Result<()> {
        let (mut line, mut offset) = (Vec::new(), 0u64);
        let mut json = said.own;
        for number in 0.. {
            line.clear();
            let bytes = reader.read_until(b'\n', &mut line)?;
            if bytes == 0 {
                break;
            }
            let text = std::str::from_utf8(&line).map(|text| text.trim_end_matches(['\n', '\r']));
            if number == 0 {
                json |= text.is_ok_and(|text| text.trim_start().starts_with('{'));
            }
            let wrong = |message: String| Error::from(ErrorKind::Record(message));
            let outcome = match text {
                Ok(text) if text.trim().is_empty() => Ok(()),
                Ok(text) if json => serde_json::from_str(text)
                    .map_err(|error| wrong(format!("this line is not JSON ({error})")))
                    .and_then(|record| self.record(&record, said, read)),
                Ok(text) => {
                    read.add(text.to_owned(), said);
                    Ok(())
                }
                Err(error) => Err(wrong(format!("this line is not UTF-8 (byte {} of it)", error.valid_up_to()))),
            };
            if let Err(error) = outcome {
                read.failed += 1;
                printer.error(&error.in_file(name).in_record(number).at(offset));
            }
            offset += bytes as u64;
        }
        Ok(())
    }

    fn record(&self, record: &Map<String, Value>, said: Said, read: &mut Read) -> Result<()> {
        let field = |name: &str| record.get(name).and_then(Value::as_str);
        let Some(text) = field(&self.field) else {
            let message = format!("this record has no text under {:?}", self.field);
            return Err(ErrorKind::Record(message).into());
        };
        let said = if said.own { own(record)? } else { said };
        if said.own {
            read.without += 1;
            return Ok(());
        }
        // As it is scored: the author's own link belongs to the comment.
        let text = match field("url").filter(|url| !url.trim().is_empty()) {
            Some(url) => format!("{text}\n{url}"),
            None => text.to_owned(),
        };
        read.add(text, said);
        Ok(())
    }
}

impl Read {
    fn add(&mut self, text: String, said: Said) {
        self.decisions.push(Decision { text, spam: said.spam, abuse: said.abuse });
    }
}

/// The verdict that a record carries; `own` stays set where it carries none.
fn own(record: &Map<String, Value>) -> Result<Said> {
    let flag = |name: &str| match record.get(name) {
        Some(Value::Bool(flag)) => Some(*flag),
        Some(Value::Number(number)) if matches!(number.as_u64(), Some(0 | 1)) => Some(number.as_u64() == Some(1)),
        _ => None,
    };
    let mut said = Said { spam: flag("spam"), abuse: flag("abuse"), own: false };
    match (record.get("head").and_then(Value::as_str), flag("label")) {
        (Some("spam"), Some(label)) => said.spam = Some(label),
        (Some("abuse"), Some(label)) => said.abuse = Some(label),
        _ => {}
    }
    match record.get("verdict").and_then(Value::as_str) {
        None => {}
        Some("spam") => said.spam = Some(true),
        Some("ham") => said.spam = Some(false),
        Some("abuse") => said.abuse = Some(true),
        Some("ok") => (said.spam, said.abuse) = (Some(false), Some(false)),
        Some(other) => {
            let message = format!("the verdict {other:?} is none of spam, ham, abuse, ok");
            return Err(ErrorKind::Record(message).into());
        }
    }
    said.own = said.spam.is_none() && said.abuse.is_none();
    Ok(said)
}

/// How many decisions stand, in words.
pub(super) fn standing(decisions: &[Decision]) -> String {
    let count = |of: fn(&Decision) -> bool| decisions.iter().filter(|decision| of(decision)).count();
    format!(
        "{} verdicts stand: {} spam, {} not spam, {} abuse, {} not abuse",
        decisions.len(),
        count(|d| d.spam == Some(true)),
        count(|d| d.spam == Some(false)),
        count(|d| d.abuse == Some(true)),
        count(|d| d.abuse == Some(false)),
    )
}
