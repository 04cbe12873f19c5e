//! The arguments that say what is written and where to, and the places that results go.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tamis::Result;
use tamis::record::{ErrorRecord, PageRecord};
use tamis::sink::{self, Archive, Form, Line, Records, Shards, Summary, Tally, View, Whole};
use tamis::source::Place;

use super::printer::{self, Printer};
use super::usage;

/// What is written and where to.
#[derive(Debug, Args)]
pub(super) struct Output {
    /// How pages are written; by the name after -o, else jsonl (a page to read at a terminal)
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<To>,
    /// Write to a file or into a folder (a path that ends in `/` or is a folder)
    ///
    /// Files are written under a temporary name and renamed when they are whole; names that end in .gz or .zst are
    /// packed. Into a folder go shards (part-00000.jsonl.zst …) and a manifest, or one file a page for the forms
    /// that hold only one.
    #[arg(short, long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Go on with the archive that an earlier run left unfinished in the folder
    #[arg(long)]
    resume: bool,
    /// Bytes from which on a shard of an archive is full, before packing (with K, M or G)
    #[arg(long, value_name = "SIZE", value_parser = super::input::size, default_value = "256M")]
    shard_size: usize,
    /// Whether the removed blocks are kept in the record
    #[arg(long, value_enum, default_value_t = Removed::All)]
    removed: Removed,
    /// Write only the thread, without article and removed blocks
    #[arg(long)]
    thread_only: bool,
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    /// One record a line
    Jsonl,
    /// Records with line breaks and indentation
    Json,
    /// One record a line, every comment holding the replies to it
    Nested,
    /// schema.org Article and nested Comments, one object a line
    Jsonld,
    /// Title, body and thread
    Markdown,
    /// Title, body and thread
    Text,
    /// The cleaned page
    Html,
    /// A page for people: every block coloured by its label, with the terms that decided
    Report,
    /// WARC conversion records of the text
    Warc,
    /// A row a page; into a file or folder
    #[cfg(feature = "parquet")]
    Parquet,
    /// For reading at a terminal
    Screen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Removed {
    /// All of them, with label and place
    All,
    /// None
    None,
}

impl Output {
    /// What of a record is written.
    pub(super) fn view(&self) -> View {
        View { removed: self.removed == Removed::All, thread_only: self.thread_only }
    }

    /// How pages are written.
    pub(super) fn form(&self, printer: &Printer) -> Form {
        let to = self.to.or_else(|| self.out.as_deref().and_then(by_name));
        match (to, printer.screen()) {
            (Some(To::Json), _) => Form::Json,
            (Some(To::Nested), _) => Form::Nested,
            (Some(To::Jsonld), _) => Form::Jsonld,
            (Some(To::Markdown), _) => Form::Markdown,
            (Some(To::Text), _) => Form::Text,
            (Some(To::Html), _) => Form::Html,
            (Some(To::Report), _) => Form::Report,
            (Some(To::Warc), _) => Form::Warc,
            #[cfg(feature = "parquet")]
            (Some(To::Parquet), _) => Form::Parquet,
            (None, Some(screen)) if self.out.is_none() => Form::Terminal(screen),
            (Some(To::Screen), Some(screen)) => Form::Terminal(screen),
            (Some(To::Screen), None) => Form::Terminal(sink::Screen { width: 80, colour: false }),
            (Some(To::Jsonl) | None, _) => Form::Jsonl,
        }
    }

    /// What the output depends on, for the manifest of an archive.
    pub(super) fn settings(&self) -> Value {
        let view = self.view();
        json!({"removed": view.removed, "thread_only": view.thread_only, "shard_size": self.shard_size})
    }

    /// Opens the place that results go to. `settings` is all that the output depends on.
    pub(super) fn open(
        &self,
        form: Form,
        printer: &Printer,
        settings: impl FnOnce() -> Result<Value>,
    ) -> Result<Target> {
        let folder = self.out.as_deref().filter(|path| is_folder(path));
        if self.resume && !(folder.is_some() && form.is_records()) {
            return Err(usage(
                "--resume needs an archive: a folder after -o, and records (--to jsonl, nested, jsonld, warc)",
            ));
        }
        let route = match (folder, &self.out) {
            (Some(folder), _) if form.is_records() => {
                let shards = Shards { form, bytes: self.shard_size as u64, settings: settings()? };
                Route::Archive(Box::new(Archive::open(folder, shards, self.resume)?))
            }
            (Some(folder), _) => Route::Folder(Box::new(Folder::new(folder, form))),
            (None, Some(path)) => Route::File(Box::new(Records::create(path, form)?)),
            (None, None) if form == Form::Parquet => {
                return Err(usage("Parquet cannot be streamed; name a file or folder with -o"));
            }
            (None, None) => Route::Stdout(printer.output()),
        };
        Ok(Target { route, form, pages: 0, begun: false })
    }
}

/// What the extension of an output file asks for.
fn by_name(path: &Path) -> Option<To> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    Some(match name.rsplit_once('.')?.1 {
        "jsonl" | "ndjson" => To::Jsonl,
        "json" => To::Json,
        "jsonld" => To::Jsonld,
        "md" | "markdown" => To::Markdown,
        "txt" => To::Text,
        "html" | "htm" => To::Html,
        "warc" | "wet" => To::Warc,
        #[cfg(feature = "parquet")]
        "parquet" => To::Parquet,
        _ => return None,
    })
}

fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// One result, ready to be written.
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    /// The page it is of; `None` for a line about a failure.
    pub(super) page: Option<PageName>,
}

/// What a page is called.
pub(super) struct PageName {
    language: Option<String>,
    /// Its file below the output folder, without extension.
    file: PathBuf,
    /// Its line in a summary; the file is entered when it is written.
    line: Line,
}

impl PageName {
    /// The name of a cleaned page.
    pub(super) fn new(record: &PageRecord, own_id: bool, place: &Place) -> Self {
        let file = if own_id {
            PathBuf::from(file_name(&record.id))
        } else {
            let below: PathBuf =
                place.below.components().map(|part| file_name(&part.as_os_str().to_string_lossy())).collect();
            let stem = stem(&below);
            match place.record {
                Some(record) => below.with_file_name(format!("{stem}-{record:06}")),
                None => below.with_file_name(stem),
            }
        };
        Self { language: record.language.clone(), file, line: Line::of(record, String::new()) }
    }
}

/// The file's name without the extensions of pages and packings.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut stem = name.as_str();
    for extension in
        [".gz", ".zst", ".html", ".htm", ".xhtml", ".txt", ".jsonl", ".ndjson", ".csv", ".warc", ".wet", ".parquet"]
    {
        stem = stem.strip_suffix(extension).filter(|stem| !stem.is_empty()).unwrap_or(stem);
    }
    if stem == "-" { "stdin".to_owned() } else { stem.to_owned() }
}

/// An id as the name of a file: what file systems or shells take amiss is replaced.
fn file_name(id: &str) -> String {
    let mut name: String = id
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+') { c } else { '_' })
        .collect();
    while name.len() > 150 {
        name.pop();
    }
    if name.starts_with(['.', '-']) || name.is_empty() {
        name.insert(0, '_');
    }
    name
}

/// Where results go.
pub(super) struct Target {
    route: Route,
    form: Form,
    pages: u64,
    /// Whether anything is on standard output.
    begun: bool,
}

enum Route {
    Stdout(printer::Output),
    File(Box<Records>),
    Archive(Box<Archive>),
    Folder(Box<Folder>),
}

/// A folder with one file a page.
struct Folder {
    path: PathBuf,
    form: Form,
    /// How often a name was used, by its lower-case form.
    names: HashMap<String, u32>,
    /// What the folder holds, where a page for people says so.
    summary: Option<Summary>,
}

impl Folder {
    fn new(path: &Path, form: Form) -> Self {
        let summary = (form == Form::Report).then(Summary::default);
        // The summary's own name.
        let names = summary.iter().map(|_| (INDEX.to_owned(), 1)).collect();
        Self { path: path.to_owned(), form, names, summary }
    }

    /// Writes a page to a file of its own.
    fn page(&mut self, page: &PageName, bytes: &[u8]) -> Result<()> {
        let used = self.names.entry(page.file.to_string_lossy().to_lowercase()).or_default();
        *used += 1;
        let mut name = page.file.file_name().unwrap_or_default().to_os_string();
        if *used > 1 {
            name.push(format!("~{used}"));
        }
        name.push(".");
        name.push(self.form.extension());
        let below = page.file.with_file_name(name);
        let (before, after) = self.form.frame(&page.line.title, page.language.as_deref());
        self.write(&below, &[before.as_bytes(), bytes, after.as_bytes()])?;
        if let Some(summary) = &mut self.summary {
            let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            summary.page(Line { file: parts.join("/"), ..page.line.clone() });
        }
        Ok(())
    }

    fn write(&self, below: &Path, parts: &[&[u8]]) -> Result<()> {
        let mut file = Whole::create(&self.path.join(below))?;
        for part in parts {
            file.write_all(part).map_err(|error| file.explain(error))?;
        }
        file.finish()
    }

    fn finish(&self) -> Result<()> {
        match &self.summary {
            Some(summary) => {
                let name = Path::new(INDEX).with_extension(self.form.extension());
                self.write(&name, &[&summary.document()])
            }
            None => Ok(()),
        }
    }
}

/// The file of a folder's summary, without extension.
const INDEX: &str = "index";

/// What one record of the input came to.
pub(super) struct Outcome<'d> {
    pub(super) piece: Option<&'d Piece>,
    pub(super) figures: &'d Tally,
    pub(super) failed: Option<ErrorRecord>,
}

impl Target {
    /// Records of the input that an earlier run has brought in, and their figures.
    pub(super) fn done(&self) -> (u64, Tally) {
        match &self.route {
            Route::Archive(archive) => (archive.records(), archive.figures().clone()),
            _ => (0, Tally::default()),
        }
    }

    /// Whether an earlier run has brought in everything.
    pub(super) fn is_complete(&self) -> bool {
        matches!(&self.route, Route::Archive(archive) if archive.is_complete())
    }

    /// Whether this is an archive, which a later run can go on with.
    pub(super) fn is_archive(&self) -> bool {
        matches!(self.route, Route::Archive(_))
    }

    /// Writes what one record of the input came to. The result says whether all that is written so far is whole.
    pub(super) fn put(&mut self, result: Outcome<'_>) -> Result<bool> {
        if let Route::Archive(archive) = &mut self.route {
            let bytes = result.piece.map_or(&[][..], |piece| &piece.bytes);
            return archive.put(bytes, result.figures.clone(), result.failed);
        }
        if let Route::Folder(folder) = &mut self.route {
            if let Some(summary) = &mut folder.summary {
                summary.figures(result.figures.clone());
                if let Some(failed) = &result.failed {
                    let id = failed.id.as_deref().unwrap_or_default();
                    summary.failure(format!("{id}: {}", failed.error.message));
                }
            }
            return match result.piece {
                Some(Piece { bytes, page: Some(page) }) => folder.page(page, bytes).map(|()| true),
                _ => Ok(true),
            };
        }
        if let Some(piece) = result.piece {
            if let Some(page) = &piece.page {
                let between = match self.pages {
                    0 => self.form.frame(&page.line.title, page.language.as_deref()).0,
                    _ => self.form.separator().to_owned(),
                };
                self.pages += 1;
                self.stream(between.as_bytes())?;
            }
            self.stream(&piece.bytes)?;
        }
        Ok(true)
    }

    fn stream(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        match &mut self.route {
            Route::Stdout(output) => {
                if !std::mem::replace(&mut self.begun, true) {
                    output.put(&self.form.head())?;
                }
                output.put(bytes)
            }
            Route::File(file) => file.put(bytes),
            Route::Folder(_) | Route::Archive(_) => Ok(()),
        }
    }

    /// Writes what is left and gives files their names.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.pages > 0 {
            self.stream(self.form.frame("", None).1.as_bytes())?;
        }
        match self.route {
            Route::Stdout(mut output) => output.flush(),
            Route::File(file) => file.finish(),
            Route::Archive(archive) => archive.finish().map(drop),
            Route::Folder(folder) => folder.finish(),
        }
    }
}
