//! `tamis score`: comments in, the same records out with scores, an action and reasons.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tamis::moderate::{
    Action, CommentModel, Head, Incoming, Moderation, Moderator, Parent, Policy, SHIPPED_POLICY, Scorer, Site,
};
use tamis::{Error, ErrorKind, Result};

use super::csv_rows::Rows;
use super::fields::{Field, Fields};
use super::printer::{Output, Printer};
use super::{Ended, Ending, usage};

/// Scores comments for spam and abuse
///
/// Reads plain lines, JSON lines with `text` (and `author`, `url`, `new_author` where known), tables with a header,
/// or the page records that `tamis clean` writes, whose comments are scored in place. Other fields pass through, the
/// order is kept, and each comment is answered before the next is read.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files; `-` or none is standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Score this one text
    #[arg(long, value_name = "STRING", conflicts_with = "paths")]
    text: Option<String>,
    /// What the input is; told by its first byte or its name if not given
    #[arg(long, value_enum)]
    from: Option<From>,
    /// The field or column that holds the comment
    #[arg(long, value_name = "NAME", default_value = "text")]
    field: String,
    /// The field or column that names the author
    #[arg(long, value_name = "NAME", default_value = "author")]
    author_field: String,
    /// The field or column that holds the author's own link, which counts as part of the comment; '' for none
    #[arg(long, value_name = "NAME", default_value = "url")]
    url_field: String,
    /// How results are written; a table at a terminal, else jsonl
    #[arg(long, value_enum)]
    to: Option<To>,
    /// Write only comments that are held or rejected
    #[arg(long)]
    held: bool,
    /// The rules of the site, a TOML file (see --print-policy)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print the shipped policy, to copy from
    #[arg(long)]
    print_policy: bool,
    #[command(flatten)]
    model: ModelArgument,
    /// The folder that keeps the site's verdicts (see `tamis learn`)
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Leave out the reasons: faster
    #[arg(long)]
    no_reasons: bool,
    /// Write no records, only say what would happen to how many
    #[arg(long)]
    dry_run: bool,
    /// Exit with 1 if a comment is found with a probability of at least one half of these
    #[arg(long, value_enum, value_delimiter = ',')]
    fail_on: Vec<Found>,
    /// Write every answer out at once
    #[arg(long)]
    flush: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    /// One comment a line
    Lines,
    /// One JSON object a line
    Jsonl,
    /// Rows under a header, parted by commas
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    /// One record a line
    Jsonl,
    /// For people
    Table,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Found {
    Spam,
    Abuse,
}

/// The run: what judges, where answers go, and what was seen so far.
struct Run<'m> {
    moderator: Moderator<'m>,
    output: Output,
    to: To,
    held: bool,
    silent: bool,
    flush: bool,
    field: String,
    author_field: String,
    url_field: String,
    fail_on: Vec<Found>,
    found: bool,
    failed: u64,
    actions: [u64; 3],
    rules: HashMap<String, u64>,
    /// The record being written; lives on from record to record.
    written: Vec<u8>,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    let mut output = printer.output();
    if arguments.print_policy {
        output.put(SHIPPED_POLICY.as_bytes())?;
        output.flush()?;
        return Ok(Ending::Done);
    }
    let policy = match &arguments.policy {
        Some(path) => Policy::parse(&read(path)?).map_err(|error| error.in_file(path.display().to_string()))?,
        None => Policy::shipped(),
    };
    let model = arguments.model.get()?;
    // A site's layer that cannot be read is reported, and the comments are scored without it.
    let layer = arguments.site.as_ref().map(|folder| Site::open(folder).and_then(|site| site.layer(&model)));
    let mut failed = 0;
    let scorer = match &layer {
        Some(Ok(layer)) => Scorer::with_site(&model, layer),
        Some(Err(error)) => {
            failed += 1;
            printer.error(error);
            Scorer::with_model(&model)
        }
        None => Scorer::with_model(&model),
    };
    let to = arguments.to.unwrap_or(if printer.screen().is_some() { To::Table } else { To::Jsonl });
    let mut run = Run {
        moderator: Moderator::new(scorer, policy, !arguments.no_reasons || arguments.dry_run),
        output,
        to,
        held: arguments.held,
        silent: arguments.dry_run,
        flush: arguments.flush,
        field: arguments.field.clone(),
        author_field: arguments.author_field.clone(),
        url_field: arguments.url_field.clone(),
        fail_on: arguments.fail_on.clone(),
        found: false,
        failed,
        actions: [0; 3],
        rules: HashMap::new(),
        written: Vec::new(),
    };
    if let Some(text) = &arguments.text {
        run.line(text, 0)?;
    } else if arguments.paths.is_empty() {
        run.stream(&mut io::stdin().lock(), "-", arguments.from, printer)?;
    }
    for path in &arguments.paths {
        let name = path.display().to_string();
        let opened = if name == "-" { Ok(Box::new(io::stdin().lock()) as Box<dyn BufRead>) } else { open(path) };
        let ended = opened.and_then(|mut reader| {
            let by_name = path.extension().is_some_and(|extension| extension == "csv").then_some(From::Csv);
            run.stream(&mut *reader, &name, arguments.from.or(by_name), printer)
        });
        if let Err(error) = ended {
            if matches!(error.kind(), ErrorKind::Io(io) if io.kind() == io::ErrorKind::BrokenPipe) {
                return Err(error);
            }
            run.failed += 1;
            printer.error(&error.in_file(&name));
        }
    }
    if arguments.dry_run {
        run.summary()?;
    }
    run.output.flush()?;
    Ok(match (run.failed > 0, run.found) {
        (true, _) => Ending::Failed,
        (false, true) => Ending::Found,
        (false, false) => Ending::Done,
    })
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Error::from(error).in_file(path.display().to_string()))
}

/// The argument that puts a model of one's own in the place of the embedded one.
#[derive(Debug, Args)]
pub(super) struct ModelArgument {
    /// Another model than the one inside the program
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

/// A model of one's own, or the shipped one.
pub(super) enum Chosen {
    Own(Box<CommentModel>),
    Shipped(&'static CommentModel),
}

impl Deref for Chosen {
    type Target = CommentModel;

    fn deref(&self) -> &CommentModel {
        match self {
            Self::Own(model) => model,
            Self::Shipped(model) => model,
        }
    }
}

impl ModelArgument {
    /// The model that is meant.
    pub(super) fn get(&self) -> Result<Chosen> {
        let Some(path) = &self.model else { return Ok(Chosen::Shipped(CommentModel::shipped())) };
        let place = |error: Error| error.in_file(path.display().to_string());
        let bytes = std::fs::read(path).map_err(|error| place(error.into()))?;
        Ok(Chosen::Own(Box::new(CommentModel::from_bytes(&bytes).map_err(place)?)))
    }
}

/// A file, unpacked on the way where its name says so.
pub(super) fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let file = File::open(path)?;
    Ok(match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file))),
        Some("zst") => Box::new(BufReader::new(zstd::stream::read::Decoder::new(file)?)),
        _ => Box::new(BufReader::with_capacity(64 << 10, file)),
    })
}

impl Run<'_> {
    /// Scores everything that a reader gives.
    fn stream(&mut self, reader: &mut dyn BufRead, name: &str, from: Option<From>, printer: &Printer) -> Result<()> {
        let from = match from {
            Some(from) => from,
            None => {
                let first = reader.fill_buf()?.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
                if first == Some(b'{') { From::Jsonl } else { From::Lines }
            }
        };
        if from == From::Csv {
            return self.rows(reader, name, printer);
        }
        let (mut line, mut number, mut offset) = (Vec::new(), 0u64, 0u64);
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(());
            }
            let text = std::str::from_utf8(&line).map(|text| text.trim_end_matches(['\n', '\r']));
            let done = match (text, from) {
                (Ok(text), _) if text.trim().is_empty() => Ok(()),
                (Ok(text), From::Lines) => self.line(text, number),
                (Ok(text), _) => self.json(text),
                (Err(error), _) => {
                    Err(ErrorKind::Record(format!("this line is not UTF-8 (byte {} of it)", error.valid_up_to()))
                        .into())
                }
            };
            match done {
                Err(error) if matches!(error.kind(), ErrorKind::Record(_)) => {
                    let id = (number + 1).to_string();
                    self.fail(&error.in_file(name).in_record(number).at(offset), &id, printer)?;
                }
                other => other?,
            }
            number += 1;
            offset += read as u64;
        }
    }

    fn rows(&mut self, reader: &mut dyn BufRead, name: &str, printer: &Printer) -> Result<()> {
        let mut rows = Rows::new(reader);
        let Some(header) = rows.next().transpose()? else { return Ok(()) };
        if !header.contains(&self.field) {
            return Err(usage(format!("no column is named {:?}; give --field", self.field)));
        }
        for (number, row) in rows.enumerate() {
            let row = row?;
            if row.len() != header.len() {
                let message = format!("{} cells under {} columns", row.len(), header.len());
                let id = (number + 1).to_string();
                let error = Error::from(ErrorKind::Record(message)).in_file(name).in_record(number as u64);
                self.fail(&error, &id, printer)?;
                continue;
            }
            let mut record = Fields::default();
            for (name, cell) in header.iter().zip(row) {
                record.insert(name.as_str(), Field::Text(cell.into()));
            }
            self.record(record)?;
        }
        Ok(())
    }

    /// A record that failed: an error record stands in its place.
    fn fail(&mut self, error: &Error, id: &str, printer: &Printer) -> Result<()> {
        self.failed += 1;
        printer.error(error);
        if self.to == To::Jsonl && !self.silent && !self.held {
            let record = json!({"schema": "tamis/error/1", "id": id, "error": {"message": error.kind().to_string(), "offset": error.offset()}});
            self.put(&record)?;
        }
        Ok(())
    }

    fn line(&mut self, text: &str, number: u64) -> Result<()> {
        let mut record = Fields::default();
        record.insert("id", Field::Text((number + 1).to_string().into()));
        record.insert("text", Field::Text(text.into()));
        let moderation = self.judge(&Incoming { text, ..Incoming::default() });
        if self.to == To::Table { self.show(text, &moderation) } else { self.answer(record, &moderation) }
    }

    fn json(&mut self, line: &str) -> Result<()> {
        let wrong = |error| match serde_json::from_str::<Value>(line) {
            Ok(_) => Error::from(ErrorKind::Record("this line is JSON, but no object".to_owned())),
            Err(_) => ErrorKind::Record(format!("this line is not JSON ({error})")).into(),
        };
        let record = Fields::parse(line).map_err(wrong)?;
        match record.text("schema") {
            Some(schema) if schema.starts_with("tamis/page/") => self.page(serde_json::from_str(line).map_err(wrong)?),
            Some(schema) if schema.starts_with("tamis/error/") => {
                if self.silent || self.held {
                    Ok(())
                } else {
                    self.pass(&record)
                }
            }
            _ => self.record(record),
        }
    }

    /// A comment with other fields beside it.
    fn record(&mut self, record: Fields<'_>) -> Result<()> {
        let Some(text) = record.text(&self.field) else {
            return Err(ErrorKind::Record(format!("this record has no text under {:?}", self.field)).into());
        };
        let new_author = match record.get("new_author") {
            Some(Field::Other(Value::Bool(new))) => *new,
            _ => record.text("new_author") == Some("true"),
        };
        let (author, url) = (record.text(&self.author_field), record.text(&self.url_field));
        let comment = Incoming { text, author, url, new_author, parent: None };
        let moderation = self.judge(&comment);
        if self.to == To::Table { self.show(text, &moderation) } else { self.answer(record, &moderation) }
    }

    /// A page record: every comment is scored in place.
    fn page(&mut self, mut page: Map<String, Value>) -> Result<()> {
        let Some(Value::Array(mut comments)) = page.remove("comments") else {
            return if self.silent || self.held { Ok(()) } else { self.put(&Value::Object(page)) };
        };
        let places: HashMap<String, usize> = comments
            .iter()
            .enumerate()
            .filter_map(|(i, comment)| Some((comment.get("id")?.as_str()?.to_owned(), i)))
            .collect();
        let mut any = false;
        for i in 0..comments.len() {
            let field = |name: &str| comments[i].get(name).and_then(Value::as_str);
            let parent = field("parent").and_then(|id| places.get(id)).map(|at| Parent {
                text: comments[*at].get("text").and_then(Value::as_str).unwrap_or_default(),
                deleted: comments[*at].get("deleted").and_then(Value::as_bool).unwrap_or_default(),
            });
            let text = field("text").unwrap_or_default();
            if text.is_empty() {
                continue;
            }
            let comment = Incoming { text, author: field("author"), url: None, new_author: false, parent };
            let moderation = judge(&mut self.moderator, &mut self.actions, &mut self.rules, &comment);
            self.found |= found(&self.fail_on, &moderation);
            any |= moderation.action != Action::Approve;
            if self.to == To::Table && self.is_wanted(&moderation) {
                let row = row(text, &moderation);
                self.output.put(row.as_bytes())?;
            }
            let moderation = serde_json::to_value(&moderation).unwrap_or_default();
            if let Some(comment) = comments[i].as_object_mut() {
                comment.insert("moderation".to_owned(), moderation);
            }
        }
        if self.silent || self.to == To::Table || (self.held && !any) {
            return Ok(());
        }
        if self.held {
            comments.retain(|comment| comment["moderation"]["action"] != "approve");
        }
        page.insert("comments".to_owned(), Value::Array(comments));
        self.put(&Value::Object(page))
    }

    fn judge(&mut self, comment: &Incoming<'_>) -> Moderation {
        let moderation = judge(&mut self.moderator, &mut self.actions, &mut self.rules, comment);
        self.found |= found(&self.fail_on, &moderation);
        moderation
    }

    fn is_wanted(&self, moderation: &Moderation) -> bool {
        !self.silent && (!self.held || moderation.action != Action::Approve)
    }

    /// Writes a comment as rows for people.
    fn show(&mut self, text: &str, moderation: &Moderation) -> Result<()> {
        if !self.is_wanted(moderation) {
            return Ok(());
        }
        self.output.put(row(text, moderation).as_bytes())?;
        if self.flush { self.output.flush() } else { Ok(()) }
    }

    /// Writes a comment's record with what was made of it.
    fn answer<'r>(&mut self, mut record: Fields<'r>, moderation: &'r Moderation) -> Result<()> {
        if !self.is_wanted(moderation) {
            return Ok(());
        }
        record.claim("scores", Field::Scores(moderation.scores));
        record.claim("moderation", Field::Moderation(moderation));
        self.pass(&record)
    }

    fn pass(&mut self, record: &Fields<'_>) -> Result<()> {
        self.written.clear();
        record.write(&mut self.written).map_err(io::Error::from)?;
        self.write_out()
    }

    fn put(&mut self, record: &impl Serialize) -> Result<()> {
        self.written.clear();
        serde_json::to_writer(&mut self.written, record).map_err(io::Error::from)?;
        self.write_out()
    }

    fn write_out(&mut self) -> Result<()> {
        self.written.push(b'\n');
        self.output.put(&self.written)?;
        if self.flush { self.output.flush() } else { Ok(()) }
    }

    /// What would happen to how many, and by which rules.
    fn summary(&mut self) -> Result<()> {
        let total: u64 = self.actions.iter().sum();
        let mut text = format!("{total} comments\n");
        for (action, count) in [Action::Approve, Action::Hold, Action::Reject].iter().zip(self.actions) {
            let share = 100.0 * count as f64 / total.max(1) as f64;
            let _ = writeln!(text, "  {:8} {count:8}  {share:5.1} %", action.name());
        }
        let mut rules: Vec<_> = self.rules.drain().collect();
        rules.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        for (rule, count) in rules.iter().take(20) {
            let _ = writeln!(text, "  {count:8}  {rule}");
        }
        self.output.put(text.as_bytes())
    }
}

fn judge(
    moderator: &mut Moderator<'_>,
    actions: &mut [u64; 3],
    rules: &mut HashMap<String, u64>,
    comment: &Incoming<'_>,
) -> Moderation {
    /// Rules that a summary tells apart.
    const RULES: usize = 10_000;
    let moderation = moderator.judge(comment);
    actions[moderation.action as usize] += 1;
    for reason in moderation.reasons.iter().filter(|reason| reason.head.is_none()) {
        if rules.len() < RULES {
            *rules.entry(reason.what.clone()).or_default() += 1;
        }
    }
    moderation
}

fn found(fail_on: &[Found], moderation: &Moderation) -> bool {
    fail_on.iter().any(|found| match found {
        Found::Spam => moderation.scores.spam >= 0.5,
        Found::Abuse => moderation.scores.abuse >= 0.5,
    })
}

/// A row of the table: action, probabilities, the beginning of the text, the reasons.
fn row(text: &str, moderation: &Moderation) -> String {
    let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    let mut row = format!(
        "{:8} spam {:.3}  abuse {:.3}  {shown}\n",
        moderation.action.name(),
        moderation.scores.spam,
        moderation.scores.abuse
    );
    for reason in &moderation.reasons {
        let head = reason.head.map_or("rule", Head::name);
        let _ = writeln!(row, "{:10}{head}: {}", "", reason.what);
    }
    row
}
