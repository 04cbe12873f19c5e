//! The list of outside sets that the shipped models learned from, with their digests: what is trained from them is
//! known to come from these very files.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::source::digest;

/// `models/SOURCES.toml`, as far as pages go.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sources {
    /// The sets of labelled pages.
    #[serde(default, rename = "blocks")]
    pub sets: Vec<Source>,
}

/// One set of labelled pages.
#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    /// The name that `--set` gives it.
    pub name: String,
    /// Its licence.
    pub licence: String,
    /// What it is and who made it.
    pub title: String,
    /// Number of pages.
    pub pages: u64,
    /// [`digest`] of the file of pages.
    pub digest: String,
    /// [`digest`] of the file of gold records; none where they stand with the pages.
    pub gold_digest: Option<String>,
}

impl Sources {
    /// Reads the list.
    pub fn read(path: &Path) -> Result<Self> {
        let named = |error: Error| error.in_file(path.display().to_string());
        let text = std::fs::read_to_string(path).map_err(|error| named(error.into()))?;
        toml::from_str(&text).map_err(|error| named(ErrorKind::Usage(error.to_string()).into()))
    }

    /// Makes sure that a set is the listed one.
    ///
    /// # Errors
    /// When no set of that name is listed, or a file's digest is another.
    pub fn check(&self, name: &str, pages: &Path, gold: Option<&Path>) -> Result<()> {
        let Some(source) = self.sets.iter().find(|source| source.name == name) else {
            let known: Vec<&str> = self.sets.iter().map(|source| &*source.name).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let message = format!(
                "the set {name:?} is not among the listed sources ({known}); list it, or give --allow-unlisted"
            );
            return Err(ErrorKind::Usage(message).into());
        };
        same(pages, &source.digest)?;
        match (gold, &source.gold_digest) {
            (Some(gold), Some(expected)) => same(gold, expected),
            (None, None) => Ok(()),
            (Some(_), None) => Err(mismatch(name, "the list knows no gold file for it")),
            (None, Some(_)) => Err(mismatch(name, "its gold file is missing: NAME=PAGES,GOLD")),
        }
    }
}

fn mismatch(name: &str, what: &str) -> Error {
    ErrorKind::Usage(format!("the set {name:?} is not as listed: {what}; --allow-unlisted takes it all the same"))
        .into()
}

fn same(path: &Path, expected: &str) -> Result<()> {
    let found = digest(path)?;
    if found == expected {
        return Ok(());
    }
    let message = format!(
        "the digest is {found}, but the list of sources says {expected}: this is not the file that the model was \
         made from; fetch that one, or give --allow-unlisted"
    );
    Err(Error::from(ErrorKind::Usage(message)).in_file(path.display().to_string()))
}
