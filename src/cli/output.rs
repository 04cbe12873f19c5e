//! The arguments that say what is written and where to, and the places that results go.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tamis::Result;
use tamis::record::PageRecord;
use tamis::sink::{self, Form, View, Whole};
use tamis::source::Place;

use super::printer::{self, Printer};

/// What is written and where to.
#[derive(Debug, Args)]
pub(super) struct Output {
    /// How pages are written; by the name after -o, else jsonl (a page to read at a terminal)
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<To>,
    /// Write to a file, or one file a page into a folder (a path that ends in `/` or is a folder)
    ///
    /// Files are written under a temporary name and renamed when they are whole. Names that end in .gz or .zst are
    /// packed.
    #[arg(short, long, value_name = "PATH")]
    out: Option<PathBuf>,
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
            (None, Some(screen)) if self.out.is_none() => Form::Terminal(screen),
            (Some(To::Screen), Some(screen)) => Form::Terminal(screen),
            (Some(To::Screen), None) => Form::Terminal(sink::Screen { width: 80, colour: false }),
            (Some(To::Jsonl) | None, _) => Form::Jsonl,
        }
    }

    /// Opens the place that results go to.
    pub(super) fn open(&self, form: Form, printer: &Printer) -> Result<Target> {
        let to = match &self.out {
            None => Route::Stdout(printer.output()),
            Some(path) if is_folder(path) => Route::Folder { folder: path.clone(), names: HashMap::new() },
            Some(path) => Route::File(Box::new(Whole::create(path)?)),
        };
        Ok(Target { to, form, pages: 0 })
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
    to: Route,
    form: Form,
    pages: u64,
}

enum Route {
    Stdout(printer::Output),
    File(Box<Whole>),
    Folder {
        folder: PathBuf,
        /// How often a name was used, by its lower-case form.
        names: HashMap<String, u32>,
    },
}

impl Target {
    /// Writes one result.
    pub(super) fn put(&mut self, piece: &Piece) -> Result<()> {
        let Some(page) = &piece.page else {
            return match &mut self.to {
                Route::Folder { .. } => Ok(()),
                _ => self.stream(&piece.bytes),
            };
        };
        if let Route::Folder { folder, names } = &mut self.to {
            let used = names.entry(page.file.to_string_lossy().to_lowercase()).or_default();
            *used += 1;
            let mut name = page.file.file_name().unwrap_or_default().to_os_string();
            if *used > 1 {
                name.push(format!("~{used}"));
            }
            name.push(".");
            name.push(self.form.extension());
            let path = folder.join(page.file.with_file_name(name));
            let mut file = Whole::create(&path)?;
            let (before, after) = frame(self.form, page);
            for part in [before.as_bytes(), &piece.bytes, after.as_bytes()] {
                file.write_all(part).map_err(|error| file.explain(error))?;
            }
            return file.finish();
        }
        let before = if self.pages == 0 { frame(self.form, page).0 } else { self.form.separator().to_owned() };
        self.pages += 1;
        self.stream(before.as_bytes())?;
        self.stream(&piece.bytes)
    }

    fn stream(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.to {
            Route::Stdout(output) => output.put(bytes),
            Route::File(file) => file.write_all(bytes).map_err(|error| file.explain(error)),
            Route::Folder { .. } => Ok(()),
        }
    }

    /// Writes what is left and gives files their names.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.form == Form::Html && self.pages > 0 {
            self.stream(sink::html_epilogue().as_bytes())?;
        }
        match self.to {
            Route::Stdout(mut output) => output.flush(),
            Route::File(file) => file.finish(),
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
