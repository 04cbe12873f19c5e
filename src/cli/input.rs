//! The arguments that say what is read and how.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tamis::Result;
use tamis::source::{Files, Kind, Reader, Settings};

use super::usage;

/// What is read and how.
#[derive(Debug, Args)]
pub(super) struct Input {
    /// Files and folders; `-` is standard input
    ///
    /// Folders are walked in byte order of the names; names that begin with a dot are left out. Without any path,
    /// standard input is read.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read further paths from FILE, one a line
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// What the input is; told by its content if not given
    #[arg(long, value_enum, default_value_t = From::Auto, hide_default_value = true)]
    from: From,
    /// The field that holds the page in JSON lines or tables; `html`, else `text`, if not given
    #[arg(long, value_name = "NAME")]
    field: Option<String>,
    /// When the pages were fetched, ISO 8601, for those that do not say; resolves times such as "2 hours ago"
    #[arg(long, value_name = "TIME")]
    captured_at: Option<String>,
    /// Most bytes of one page that are read (with K, M or G); the rest is cut and `truncated` says so
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "512M")]
    max_page_bytes: usize,
    /// Most work on one page, a unit for every `<` and every word; the rest is cut and `truncated` says so
    #[arg(long, value_name = "UNITS", default_value_t = tamis::limits::WORK)]
    max_work: u64,
}

/// Kinds of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum From {
    /// Told by the content
    Auto,
    /// Pages of markup, one a file
    Html,
    /// Text dumps of pages, one a file
    Text,
    /// One JSON object a line
    Jsonl,
    /// JSON objects over many lines, or in one array
    Json,
    /// Rows under a header, parted by commas, tabs or semicolons
    Csv,
    /// WARC and WET archives
    #[value(alias = "wet")]
    Warc,
    /// Parquet
    Parquet,
}

impl From {
    const fn kind(self) -> Option<Kind> {
        Some(match self {
            Self::Auto => return None,
            Self::Html => Kind::Html,
            Self::Text => Kind::Text,
            Self::Jsonl => Kind::Jsonl,
            Self::Json => Kind::Json,
            Self::Csv => Kind::Csv,
            Self::Warc => Kind::Warc,
            Self::Parquet => Kind::Parquet,
        })
    }
}

impl Input {
    /// How to read.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            from: self.from.kind(),
            field: self.field.clone(),
            page_bytes: self.max_page_bytes,
            work: self.max_work,
            captured_at: self.captured_at.clone(),
        }
    }

    /// The reader of it all.
    pub(super) fn reader(&self) -> Result<Reader> {
        let dash = PathBuf::from("-");
        if self.files_from.as_ref() == Some(&dash) && self.paths.contains(&dash) {
            return Err(usage("standard input cannot be both a page and a list of paths; name one of them"));
        }
        let mut paths = self.paths.clone();
        if paths.is_empty() && self.files_from.is_none() {
            if io::stdin().is_terminal() {
                return Err(usage("nothing to read; name files or folders, or `-` for standard input"));
            }
            paths.push(dash);
        }
        let mut files = Files::new(paths);
        if let Some(list) = &self.files_from {
            files = files.with_list_at(list)?;
        }
        Ok(Reader::new(files, self.settings()))
    }

    /// Whether it can be read again.
    pub(super) fn is_lasting(&self) -> bool {
        let dash = Path::new("-");
        let given = !self.paths.is_empty() || self.files_from.is_some();
        given && self.paths.iter().chain(&self.files_from).all(|path| path != dash)
    }

    /// What the output depends on, for the manifest of an archive: how to read, and the files with their sizes.
    pub(super) fn manifest(&self) -> Value {
        let paths: Vec<Value> = self
            .paths
            .iter()
            .map(|path| {
                let bytes = path.metadata().ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
                json!({"path": path.display().to_string(), "bytes": bytes})
            })
            .collect();
        json!({
            "paths": paths,
            "files_from": self.files_from.as_ref().map(|path| path.display().to_string()),
            "from": self.from.to_possible_value().map(|value| value.get_name().to_owned()),
            "field": self.field,
            "captured_at": self.captured_at,
            "max_page_bytes": self.max_page_bytes,
            "max_work": self.max_work,
        })
    }

    /// Bytes of all files, where each is a plain file.
    pub(super) fn total(&self) -> Option<u64> {
        if self.files_from.is_some() || self.paths.is_empty() {
            return None;
        }
        self.paths
            .iter()
            .map(|path| path.metadata().ok().filter(std::fs::Metadata::is_file).map(|file| file.len()))
            .sum()
    }
}

/// Parses `64M` and the like.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let (digits, shift) = match text.trim_end_matches(['B', 'b', 'i']).split_at_checked(text.len().saturating_sub(1)) {
        Some((digits, "K" | "k")) => (digits, 10),
        Some((digits, "M" | "m")) => (digits, 20),
        Some((digits, "G" | "g")) => (digits, 30),
        _ => (text, 0),
    };
    let number: usize = digits.parse().map_err(|_| "give a number of bytes, such as 64M".to_owned())?;
    let bytes = number.checked_mul(1 << shift).filter(|&bytes| bytes > 0);
    // Spans are 32-bit.
    bytes.filter(|&bytes| bytes <= u32::MAX as usize / 2).ok_or_else(|| "give more than 0 and less than 2G".to_owned())
}
