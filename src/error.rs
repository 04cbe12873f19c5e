//! The one error of the crate: what went wrong, in which file, record and at which byte.

use std::fmt;

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong and where. Its `Display` is one sentence for a person: place, cause, and what to do.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    file: Option<String>,
    record: Option<u64>,
    offset: Option<u64>,
}

/// The kinds of error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The system refused to read or write.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The bytes are no page: an image, an archive member of another kind, and the like.
    #[error("this is {found}, not a page; leave it out or unpack it first")]
    NotAPage {
        /// What the bytes look like.
        found: String,
    },
    /// A compressed stream ends early or is damaged.
    #[error("the {format} stream is damaged or cut short ({detail}); fetch the file again")]
    Compression {
        /// `gzip` or `zstd`.
        format: &'static str,
        /// The decoder's words.
        detail: String,
    },
    /// A container's record cannot be read (JSONL, WARC, Parquet …).
    #[error("{0}")]
    Record(String),
    /// A model file cannot be used.
    #[error("the model cannot be used: {0}")]
    Model(String),
    /// Settings or arguments contradict each other or name something unknown.
    #[error("{0}")]
    Usage(String),
    /// A promise did not hold; found by `--verify`.
    #[error("verification failed: {0}")]
    Verify(String),
}

impl Error {
    /// An error without a place yet.
    pub fn new(kind: impl Into<ErrorKind>) -> Self {
        Self(Box::new(Inner { kind: kind.into(), file: None, record: None, offset: None }))
    }

    /// Names the file, unless one is named already.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.0.file.get_or_insert_with(|| file.into());
        self
    }

    /// Names the record (from 0), unless one is named already.
    #[must_use]
    pub fn in_record(mut self, record: u64) -> Self {
        self.0.record.get_or_insert(record);
        self
    }

    /// Names the byte offset in the file (after unpacking), unless one is named already.
    #[must_use]
    pub fn at(mut self, offset: u64) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// In which file.
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// In which record of it, from 0.
    pub fn record(&self) -> Option<u64> {
        self.0.record
    }

    /// At which byte.
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.0.file {
            write!(f, "{file}: ")?;
        }
        if let Some(record) = self.0.record {
            write!(f, "record {record}: ")?;
        }
        if let Some(offset) = self.0.offset {
            write!(f, "byte {offset}: ")?;
        }
        write!(f, "{}", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl<K: Into<ErrorKind>> From<K> for Error {
    fn from(kind: K) -> Self {
        Self::new(kind)
    }
}
