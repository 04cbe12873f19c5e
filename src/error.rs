//! The one error of the crate: what went wrong, in which file, record and at which byte.

use std::fmt;

use crate::record::{ErrorDetail, ErrorRecord};

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
    id: Option<String>,
}

/// The kinds of error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The system refused to read or write.
    #[error("{0}; check the path, its permissions and the space left")]
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
    /// A compressed stream grows out of all proportion.
    #[error(
        "the {format} stream unpacks to more than {ratio} times its size and looks like a decompression bomb; \
         if you trust it, unpack it yourself and pass the plain file"
    )]
    Expansion {
        /// `gzip`, `zstd` and the like.
        format: &'static str,
        /// The bound ([`crate::limits::EXPANSION_RATIO`]).
        ratio: u64,
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
        Self(Box::new(Inner { kind: kind.into(), file: None, record: None, offset: None, id: None }))
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

    /// Names the input's own id, unless one is named already.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.0.id.get_or_insert_with(|| id.into());
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

    /// The id under which the failed page would have come out.
    pub fn id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }

    /// The line that stands in the failed page's place.
    pub fn to_record(&self) -> ErrorRecord {
        let id = self.0.id.clone().or_else(|| match (&self.0.file, self.0.record) {
            (Some(file), Some(record)) => Some(format!("{file}#{record}")),
            (file, _) => file.clone(),
        });
        ErrorRecord {
            schema: ErrorRecord::SCHEMA.to_owned(),
            id,
            error: ErrorDetail {
                kind: self.0.kind.name().to_owned(),
                message: self.0.kind.to_string(),
                file: self.0.file.clone(),
                record: self.0.record,
                offset: self.0.offset,
            },
        }
    }
}

impl ErrorKind {
    /// A stable name for programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Io(_) => "io",
            Self::NotAPage { .. } => "not-a-page",
            Self::Compression { .. } => "compression",
            Self::Expansion { .. } => "expansion",
            Self::Record(_) => "record",
            Self::Model(_) => "model",
            Self::Usage(_) => "usage",
            Self::Verify(_) => "verify",
        }
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
