//! Where pages come from: files, folders and standard input; HTML, text dumps, JSON lines, JSON and CSV, WARC and WET; gzip
//! and zstd of all of them. What a stream holds is told by its content.
//!
//! Reading has two halves. A [`Reader`] takes records off the stream in order and as raw bytes, one at a time;
//! [`Record::open`] does the rest (parsing, unpacking, charset) and can run on another thread.

mod charset;
mod csv;
mod digest;
mod files;
mod http;
mod jsonl;
mod members;
#[cfg(feature = "parquet")]
mod parquet;
mod sniff;
mod stream;
mod warc;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::value::RawValue;

pub use digest::digest;
pub use files::{Files, Location};
pub use warc::RawWarc;

use crate::error::{Error, ErrorKind, Result};
use crate::limits::{Limit, PAGE_BYTES, WORK};
use crate::page;
use crate::record::{Format, SourceRecord, WarcRecord};
use stream::{Ending, Stream};

/// What a stream holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One page; markup or dump is told by its content.
    Page,
    /// One page of markup.
    Html,
    /// One text dump.
    Text,
    /// One page a line of plain text (comments, for `tamis score`).
    Lines,
    /// One JSON object a line.
    Jsonl,
    /// JSON objects over many lines, one after another or in one array.
    Json,
    /// Rows with a header.
    Csv,
    /// WARC or WET.
    Warc,
    /// Columns.
    Parquet,
}

/// How to read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the streams hold; `None` tells it by their content.
    pub from: Option<Kind>,
    /// The field of a JSON line (or column) that holds the page; `None` takes `html`, else `text`.
    pub field: Option<String>,
    /// Most bytes of one page.
    pub page_bytes: usize,
    /// Most work on one page, in the units of [`crate::limits::WORK`].
    pub work: u64,
    /// When pages were fetched that do not say so themselves, ISO 8601.
    pub captured_at: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { from: None, field: None, page_bytes: PAGE_BYTES, work: WORK, captured_at: None }
    }
}

/// Fields of the input that pass through to the output: name and JSON as it stands.
pub type Fields = Vec<(String, Box<RawValue>)>;

/// Where a record stands.
#[derive(Clone, Debug)]
pub struct Place {
    /// The path as given, `-` for standard input.
    pub path: Arc<str>,
    /// See [`Location::below`].
    pub below: Arc<Path>,
    /// Its number inside a container, from 0.
    pub record: Option<u64>,
    /// Its first byte, after unpacking.
    pub offset: u64,
}

impl Place {
    /// The id of a record that has none of its own.
    pub fn id(&self) -> String {
        match self.record {
            Some(record) => format!("{}#{record}", self.path),
            None => self.path.to_string(),
        }
    }

    /// Names this place in an error, as far as it names none.
    pub fn mark(&self, error: Error) -> Error {
        let error = error.in_file(&*self.path).at(self.offset).with_id(self.id());
        match self.record {
            Some(record) => error.in_record(record),
            None => error,
        }
    }
}

/// A record as it came off the stream.
#[derive(Debug)]
pub struct Record {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub payload: Payload,
}

/// The bytes of a record.
#[derive(Debug)]
pub enum Payload {
    /// A whole page.
    Page {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Whether the bound cut it.
        cut: bool,
    },
    /// A line of text.
    Line(Vec<u8>),
    /// A line of JSON.
    Json(Vec<u8>),
    /// A WARC record.
    Warc(RawWarc),
    /// Nothing to read: what it is instead.
    Passed(String),
}

/// A record, opened.
#[derive(Debug)]
pub enum Opened {
    /// A page to clean.
    Page(Box<Document>),
    /// Part of a container that is no page (a request, an image); what it is, for counting.
    Passed(String),
}

/// A page as decoded text, with all that is known of where it came from.
#[derive(Debug)]
pub struct Document {
    /// Its own id, else the path (and number in a container).
    pub id: String,
    /// Whether the id is its own.
    pub own_id: bool,
    /// Where it stands.
    pub place: Place,
    /// Where it came from.
    pub source: SourceRecord,
    /// The decoded page, without byte order mark.
    pub text: String,
    /// What passes through to the output.
    pub fields: Fields,
    /// Bounds that cut it before it was decoded.
    pub cuts: Vec<Limit>,
}

impl Record {
    /// Parses, unpacks and decodes the record. Errors name the record's place and id.
    pub fn open(self, settings: &Settings) -> Result<Opened> {
        let place = self.place;
        open(self.payload, &place, settings).map_err(|error| place.mark(error))
    }
}

fn open(payload: Payload, place: &Place, settings: &Settings) -> Result<Opened> {
    let forced = match settings.from {
        Some(Kind::Html) => Some(Format::Html),
        Some(Kind::Text) => Some(Format::Text),
        _ => None,
    };
    let mut cuts = Vec::new();
    let mut source = SourceRecord {
        path: Some(place.path.to_string()),
        record: place.record,
        url: None,
        format: Format::Text,
        charset: Some("UTF-8".to_owned()),
        captured_at: None,
        warc: None,
    };
    let mut id = None;
    let mut fields = Fields::new();
    let decoded = |bytes: Vec<u8>, declared: Option<&str>, url: Option<&str>| {
        let decoded = charset::decode(bytes, declared, url);
        (decoded.text, Some(decoded.charset.to_owned()))
    };
    let (mut text, format) = match payload {
        Payload::Passed(what) => return Ok(Opened::Passed(what)),
        Payload::Page { bytes, cut } => {
            if let Some(found) = sniff::not_a_page(&bytes) {
                return Err(ErrorKind::NotAPage { found: found.to_owned() }.into());
            }
            if cut {
                cuts.push(Limit::PageBytes);
            }
            let text;
            (text, source.charset) = decoded(bytes, None, None);
            let format = sniff::format(&text, Some(&place.below));
            (text, format)
        }
        Payload::Line(bytes) => {
            let text;
            (text, source.charset) = decoded(bytes, None, None);
            (text, Format::Text)
        }
        Payload::Json(bytes) => {
            let line = jsonl::parse(bytes, settings)?;
            let format = line.format.unwrap_or_else(|| sniff::format(&line.text, None));
            id = line.id;
            source.url = line.url;
            source.captured_at = line.captured_at;
            fields = line.fields;
            (line.text, format)
        }
        Payload::Warc(raw) => {
            let page = match raw.open(settings.page_bytes)? {
                warc::Held::Passed(what) => return Ok(Opened::Passed(what)),
                warc::Held::Page(page) => *page,
            };
            let text;
            (text, source.charset) = decoded(page.bytes, page.charset.as_deref(), page.url.as_deref());
            let format = page.format.unwrap_or_else(|| sniff::format(&text, None));
            cuts.extend(page.cuts);
            id.clone_from(&page.warc.id);
            source.url = page.url;
            source.captured_at = page.captured_at;
            source.warc = (page.warc != WarcRecord::default()).then_some(page.warc);
            (text, format)
        }
    };
    if is_binary(&text) {
        let found = "binary data".to_owned();
        let error = Error::new(ErrorKind::NotAPage { found });
        return Err(match id {
            Some(id) => error.with_id(id),
            None => error,
        });
    }
    if text.len() > settings.page_bytes {
        let end = (0..=settings.page_bytes).rev().find(|&end| text.is_char_boundary(end));
        text.truncate(end.unwrap_or(0));
        if !cuts.contains(&Limit::PageBytes) {
            cuts.push(Limit::PageBytes);
        }
    }
    let affordable = page::affordable(&text, settings.work);
    if affordable < text.len() {
        text.truncate(affordable);
        cuts.push(Limit::Work);
    }
    source.format = forced.unwrap_or(format);
    if source.captured_at.is_none() {
        source.captured_at.clone_from(&settings.captured_at);
    }
    let own_id = id.is_some();
    let id = id.unwrap_or_else(|| place.id());
    Ok(Opened::Page(Box::new(Document { id, own_id, place: place.clone(), source, text, fields, cuts })))
}

/// Whether a decoded page is noise: control characters and undecodable bytes in place of words.
fn is_binary(text: &str) -> bool {
    let (mut all, mut noise) = (0_usize, 0_usize);
    for c in text.chars().take(4096).filter(|&c| c != '\0') {
        all += 1;
        noise += usize::from((c.is_control() && !c.is_whitespace() && c != '\u{1b}') || c == '\u{fffd}');
    }
    noise * 10 > all * 3
}

/// Takes records off streams, one at a time and in order. A damaged record is an `Err` in its place; reading
/// goes on after it where it can.
pub struct Reader {
    files: Files,
    /// A stream that is read before them, and its name.
    given: Option<(Box<dyn Read + Send>, String)>,
    settings: Settings,
    read: Arc<AtomicU64>,
    open: Option<Container>,
}

/// How a stream is cut into records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Lines,
    Jsonl,
    Json,
}

/// The stream at hand.
enum Container {
    Cut {
        stream: Stream,
        path: Arc<str>,
        below: Arc<Path>,
        next: u64,
        cut: Cut,
    },
    Csv(Box<csv::Reader>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Reader>),
    Warc(Box<warc::Reader>),
}

impl Reader {
    /// Reads all of `files`.
    pub fn new(files: Files, settings: Settings) -> Self {
        Self { files, given: None, settings, read: Arc::default(), open: None }
    }

    /// Reads one stream; its records are called after `name`. Parquet needs a file.
    pub fn over(stream: Box<dyn Read + Send>, name: &str, settings: Settings) -> Self {
        let given = Some((stream, name.to_owned()));
        Self { files: Files::new(std::iter::empty::<&Path>()), given, settings, read: Arc::default(), open: None }
    }

    /// Bytes taken from the system so far, before unpacking; counts on while the reader runs on another thread.
    pub fn progress(&self) -> Progress {
        Progress(Arc::clone(&self.read))
    }

    /// Opens one stream; a single page comes out at once.
    fn enter(&mut self, location: &Location) -> Result<Option<Record>> {
        let inner: Box<dyn Read + Send> = match location {
            Location::Stdin => Box::new(io::stdin()),
            Location::File { path, .. } => Box::new(File::open(path)?),
        };
        self.begin(inner, location.path(), Arc::from(location.name()), Arc::from(location.below()))
    }

    /// Begins to read a stream; `file` is where it can be opened anew, if it can.
    fn begin(
        &mut self,
        inner: Box<dyn Read + Send>,
        file: Option<&Path>,
        path: Arc<str>,
        below: Arc<Path>,
    ) -> Result<Option<Record>> {
        let mut stream = Stream::open(inner, &self.read)?;
        let kind = match self.settings.from {
            None => sniff::kind(stream.head()?, file, self.settings.field.as_deref()),
            Some(kind) => kind,
        };
        match kind {
            Kind::Page | Kind::Html | Kind::Text => {
                let mut bytes = Vec::new();
                let cut = stream.read_rest(&mut bytes, self.settings.page_bytes)? == Ending::Cut;
                let place = Place { path, below, record: None, offset: 0 };
                return Ok(Some(Record { place, payload: Payload::Page { bytes, cut } }));
            }
            Kind::Lines | Kind::Jsonl | Kind::Json => {
                let cut = match kind {
                    Kind::Lines => Cut::Lines,
                    Kind::Jsonl => Cut::Jsonl,
                    _ => Cut::Json,
                };
                self.open = Some(Container::Cut { stream, path, below, next: 0, cut });
            }
            Kind::Warc => {
                let reader = warc::Reader::new(stream, path, below, self.settings.page_bytes);
                self.open = Some(Container::Warc(Box::new(reader)));
            }
            Kind::Csv => {
                let reader = csv::Reader::open(stream, path, below, self.settings.page_bytes)?;
                self.open = Some(Container::Csv(Box::new(reader)));
            }
            Kind::Parquet => self.open = Some(parquet(file, path, below)?),
        }
        Ok(None)
    }
}

/// Opens a Parquet file. Its footer stands at the end, so it cannot be read as a stream.
#[cfg(feature = "parquet")]
fn parquet(file: Option<&Path>, path: Arc<str>, below: Arc<Path>) -> Result<Container> {
    let Some(file) = file.map(File::open).transpose()? else {
        return Err(ErrorKind::Usage("Parquet cannot be read from a stream; save it to a file first".to_owned()).into());
    };
    Ok(Container::Parquet(Box::new(parquet::Reader::open(file, path, below)?)))
}

/// Says that this build cannot read Parquet.
#[cfg(not(feature = "parquet"))]
#[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)]
fn parquet(_: Option<&Path>, _: Arc<str>, _: Arc<Path>) -> Result<Container> {
    Err(ErrorKind::Usage("this build cannot read Parquet; build it with --features parquet".to_owned()).into())
}

impl Container {
    fn next(&mut self, limit: usize) -> Option<Result<Record>> {
        match self {
            Self::Csv(reader) => reader.next(),
            #[cfg(feature = "parquet")]
            Self::Parquet(reader) => reader.next(),
            Self::Warc(reader) => reader.next(),
            Self::Cut { stream, path, below, next, cut } => {
                let place = |offset, record| {
                    let (path, below) = (Arc::clone(path), Arc::clone(below));
                    Place { path, below, record: Some(record), offset }
                };
                // Escapes in JSON take up to six bytes a character; two is what pages need.
                let bound = limit.saturating_mul(2);
                loop {
                    stream.mark();
                    let mut record = Vec::new();
                    let read = match cut {
                        Cut::Json => jsonl::read_object(stream, &mut record, bound),
                        Cut::Lines | Cut::Jsonl => stream.read_line(&mut record, bound),
                    };
                    let place = place(stream.offset() - record.len() as u64, *next);
                    let ending = match read {
                        Ok(ending) => ending,
                        Err(error) => {
                            stream.recover();
                            return Some(Err(place.mark(error)));
                        }
                    };
                    if ending == Ending::Eof && record.is_empty() {
                        return None;
                    }
                    while record.pop_if(|byte| matches!(byte, b'\n' | b'\r')).is_some() {}
                    if record.trim_ascii().is_empty() || record == b"\xef\xbb\xbf" {
                        continue;
                    }
                    *next += 1;
                    if ending == Ending::Cut {
                        if let Err(error) = stream.skip_line() {
                            return Some(Err(place.mark(error)));
                        }
                        let message = format!("this record is longer than {bound} bytes; raise --max-page-bytes");
                        return Some(Err(place.mark(ErrorKind::Record(message).into())));
                    }
                    let payload = if *cut == Cut::Lines { Payload::Line(record) } else { Payload::Json(record) };
                    return Some(Ok(Record { place, payload }));
                }
            }
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(container) = &mut self.open {
                match container.next(self.settings.page_bytes) {
                    None => self.open = None,
                    item => return item,
                }
            }
            if let Some((stream, name)) = self.given.take() {
                let (path, below) = (Arc::from(name.as_str()), Arc::from(Path::new(&name)));
                match self.begin(stream, None, path, below) {
                    Ok(None) => continue,
                    Ok(Some(record)) => return Some(Ok(record)),
                    Err(error) => return Some(Err(error.in_file(name))),
                }
            }
            let location = match self.files.next()? {
                Ok(location) => location,
                Err(error) => return Some(Err(error)),
            };
            let name = location.name();
            match self.enter(&location) {
                Ok(None) => {}
                Ok(Some(record)) => return Some(Ok(record)),
                Err(error) => return Some(Err(error.in_file(name))),
            }
        }
    }
}

/// Bytes read so far.
#[derive(Clone, Debug)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Bytes taken from the system, before unpacking.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Reads the page at `path`, unpacked and decoded. For tests, examples and tools; containers yield their first page.
pub fn read(path: &Path, settings: &Settings) -> Result<Document> {
    let files = Files::new([path]);
    for record in Reader::new(files, settings.clone()) {
        if let Opened::Page(document) = record?.open(settings)? {
            return Ok(*document);
        }
    }
    Err(Error::new(ErrorKind::NotAPage { found: "a container without pages".to_owned() })
        .in_file(path.display().to_string()))
}
