//! The arguments that say what is written and where to, and the places that results go.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tamis::Result;
use tamis::record::{ErrorRecord, PageRecord};
use tamis::sink::{self, Archive, Form, Records, Shards, Tally, View, Whole};
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
            (Some(folder), _) => Route::Folder { folder: folder.to_owned(), names: HashMap::new() },
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
    pub(super) title: String,
    pub(super) language: Option<String>,
    /// Its file below the output folder, without extension.
    pub(super) file: PathBuf,
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
        let title = record.title.clone().unwrap_or_else(|| record.id.clone());
        Self { title, language: record.language.clone(), file }
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
    Folder {
        folder: PathBuf,
        /// How often a name was used, by its lower-case form.
        names: HashMap<String, u32>,
    },
}

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
        if let Some(piece) = result.piece {
            match &piece.page {
                None => self.stream(&piece.bytes)?,
                Some(page) if matches!(self.route, Route::Folder { .. }) => self.page_file(page, &piece.bytes)?,
                Some(page) => {
                    let between =
                        if self.pages == 0 { frame(self.form, page).0 } else { self.form.separator().to_owned() };
                    self.pages += 1;
                    self.stream(between.as_bytes())?;
                    self.stream(&piece.bytes)?;
                }
            }
        }
        Ok(true)
    }

    /// Writes a page to a file of its own.
    fn page_file(&mut self, page: &PageName, bytes: &[u8]) -> Result<()> {
        let Route::Folder { folder, names } = &mut self.route else { return Ok(()) };
        let used = names.entry(page.file.to_string_lossy().to_lowercase()).or_default();
        *used += 1;
        let mut name = page.file.file_name().unwrap_or_default().to_os_string();
        if *used > 1 {
            name.push(format!("~{used}"));
        }
        name.push(".");
        name.push(self.form.extension());
        let mut file = Whole::create(&folder.join(page.file.with_file_name(name)))?;
        let (before, after) = frame(self.form, page);
        for part in [before.as_bytes(), bytes, after.as_bytes()] {
            file.write_all(part).map_err(|error| file.explain(error))?;
        }
        file.finish()
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
            Route::Folder { .. } | Route::Archive(_) => Ok(()),
        }
    }

    /// Writes what is left and gives files their names.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.form == Form::Html && self.pages > 0 {
            self.stream(sink::html_epilogue().as_bytes())?;
        }
        match self.route {
            Route::Stdout(mut output) => output.flush(),
            Route::File(file) => file.finish(),
            Route::Archive(archive) => archive.finish().map(drop),
            Route::Folder { .. } => Ok(()),
        }
    }
}

/// What stands before and after a page that has a file to itself.
fn frame(form: Form, page: &PageName) -> (String, &'static str) {
    match form {
        Form::Html => (sink::html_prologue(&page.title, page.language.as_deref()), sink::html_epilogue()),
        _ => (String::new(), ""),
    }
}
