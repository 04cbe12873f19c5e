//! What becomes of a cleaned page: one file an output format, each a function from record to bytes, and the
//! files they are written to, whole or not at all.

mod archive;
mod file;
mod html;
mod json;
mod jsonld;
mod links;
mod markdown;
mod nested;
mod parquet;
mod records;
mod report;
mod tally;
mod terminal;
mod text;
mod thread;
mod warc;

use std::borrow::Cow;

pub use archive::{Archive, Shards};
pub use file::{Packing, Whole};
pub use records::Records;
pub use report::{Line, Summary, explained};
pub use tally::Tally;
pub use terminal::Screen;

use crate::record::{ErrorRecord, PageRecord};
use crate::source::Fields;

/// How pages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One record a line.
    Jsonl,
    /// Records with line breaks and indentation.
    Json,
    /// As [`Form::Jsonl`], every comment holding the replies to it.
    Nested,
    /// schema.org in JSON-LD, one object a line.
    Jsonld,
    /// Title, body and thread in Markdown (`CommonMark` with GitHub's tables).
    Markdown,
    /// Title, body and thread as plain text.
    Text,
    /// The cleaned page.
    Html,
    /// A page for people that shows what became of every block ([`explained`] adds why).
    Report,
    /// WARC `conversion` records of the text.
    Warc,
    /// Parquet; only with the feature `parquet`.
    Parquet,
    /// For reading on a screen.
    Terminal(Screen),
}

/// What of a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Whether the removed blocks are.
    pub removed: bool,
    /// Whether all but the thread is left out.
    pub thread_only: bool,
}

impl Default for View {
    fn default() -> Self {
        Self { removed: true, thread_only: false }
    }
}

impl View {
    /// Leaves out what is not to be written.
    pub fn apply(self, record: &mut PageRecord) {
        if !self.removed || self.thread_only {
            record.removed.clear();
        }
        if self.thread_only {
            record.text.clear();
            record.body.clear();
            record.head.clear();
        }
    }
}

impl Form {
    /// The extension of a file that holds one page so written.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Json | Self::Nested => "json",
            Self::Jsonld => "jsonld",
            Self::Markdown => "md",
            Self::Text | Self::Terminal(_) => "txt",
            Self::Html | Self::Report => "html",
            Self::Warc => "warc",
            Self::Parquet => "parquet",
        }
    }

    /// Whether failed pages have a line of their own.
    pub const fn holds_errors(self) -> bool {
        matches!(self, Self::Jsonl | Self::Json | Self::Nested)
    }

    /// Whether a page that repeats an earlier one has a record of its own; other forms leave it out.
    pub const fn holds_duplicates(self) -> bool {
        self.holds_errors() || matches!(self, Self::Parquet)
    }

    /// What stands between two pages in one stream.
    pub const fn separator(self) -> &'static str {
        match self {
            Self::Jsonl
            | Self::Json
            | Self::Nested
            | Self::Jsonld
            | Self::Html
            | Self::Report
            | Self::Warc
            | Self::Parquet => "",
            Self::Markdown => "\n---\n\n",
            Self::Text | Self::Terminal(_) => "\n\n",
        }
    }

    /// Whether pages so written follow one another in one file as records, and not each in a file of its own.
    pub const fn is_records(self) -> bool {
        matches!(self, Self::Jsonl | Self::Nested | Self::Jsonld | Self::Warc | Self::Parquet)
    }

    /// What a file of records begins with.
    pub fn head(self) -> Vec<u8> {
        match self {
            Self::Warc => warc::info(),
            _ => Vec::new(),
        }
    }

    /// What stands before the first page of a document and after its last. `title` and `language` are the document's.
    pub fn frame(self, title: &str, language: Option<&str>) -> (String, &'static str) {
        match self {
            Self::Html => (html::prologue(title, language, html::STYLE), html::EPILOGUE),
            Self::Report => (report::prologue(title), html::EPILOGUE),
            _ => (String::new(), ""),
        }
    }

    /// Writes a page. `fields` pass through in the JSON forms.
    pub fn page(self, record: &PageRecord, fields: &Fields) -> Vec<u8> {
        match self {
            Self::Jsonl => json::line(record, fields),
            Self::Json => json::pretty(record, fields),
            Self::Nested => nested::page(record, fields),
            Self::Jsonld => jsonld::page(record),
            Self::Markdown => markdown::page(record).into_bytes(),
            Self::Text => text::page(record).into_bytes(),
            Self::Html => html::page(record).into_bytes(),
            Self::Report => report::page(record, &[]).into_bytes(),
            Self::Warc => warc::page(record),
            Self::Parquet => parquet::row(record, fields),
            Self::Terminal(screen) => terminal::page(record, screen).into_bytes(),
        }
    }

    /// Writes what stands in a failed page's place; nothing where [`Form::holds_errors`] is false.
    pub fn error(self, record: &ErrorRecord) -> Vec<u8> {
        match self {
            Self::Jsonl | Self::Nested => json::line(record, &Fields::new()),
            Self::Json => json::pretty(record, &Fields::new()),
            _ => Vec::new(),
        }
    }
}

/// A text without control characters (but for line breaks and tabs): what a page says must not steer a terminal.
fn visible(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(steers) { Cow::Owned(text.replace(steers, "")) } else { Cow::Borrowed(text) }
}

/// Joins what is there, as in "by whom · when · where".
fn joined<'t>(parts: impl IntoIterator<Item = Option<&'t str>>) -> String {
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    visible(&parts.join(" · ")).into_owned()
}

#[cfg(test)]
mod tests;
