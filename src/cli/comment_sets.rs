//! Labelled comments named on the command line: files of JSON lines, and folders of fixtures.

use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use tamis::moderate::{CommentSet, Head};
use tamis::{Error, Result};

use super::usage;

/// `models/SOURCES.toml`, as far as comments go.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Sources {
    #[serde(default, rename = "comments")]
    sets: Vec<Source>,
}

/// One set that the shipped model learned from.
#[derive(Debug, Deserialize)]
struct Source {
    name: String,
    head: Option<Head>,
    rows: u64,
    /// xxh3-128 of the unpacked file, in hexadecimal.
    digest: String,
    #[serde(default = "one")]
    weight: f64,
}

const fn one() -> f64 {
    1.0
}

impl Sources {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| Error::from(error).in_file(&name))?;
        toml::from_str(&text).map_err(|error| usage(format!("{name}: {error}")))
    }

    /// Reads a set by the name it is listed under, and checks that it is the listed one.
    pub(super) fn set(&self, name: &str, path: &Path) -> Result<CommentSet> {
        let source = self.sets.iter().find(|source| source.name == name);
        let source =
            source.ok_or_else(|| usage(format!("{name} is not among the listed sources of the comment model")))?;
        let bytes = unpacked(path)?;
        let digest = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&bytes));
        if digest != source.digest {
            return Err(usage(format!("{}: its digest is {digest}, the list says {}", path.display(), source.digest)));
        }
        let mut set = CommentSet::read_jsonl(name, source.head, &*bytes)?;
        if set.examples.len() as u64 != source.rows {
            return Err(usage(format!(
                "{}: {} rows, the list says {}",
                path.display(),
                set.examples.len(),
                source.rows
            )));
        }
        set.weight = source.weight;
        Ok(set)
    }
}

/// A file of labelled comments.
pub(super) fn file(path: &Path, head: Option<Head>) -> Result<CommentSet> {
    CommentSet::read_jsonl(&path.display().to_string(), head, &*unpacked(path)?)
}

/// The fixtures that speak of who people are.
const IDENTITY: &str = "identity.jsonl";

/// A folder of fixtures: its `.jsonl` files in order of names, as one set. What [`identity`] reads is left to it.
pub(super) fn fixtures(folder: &Path) -> Result<CommentSet> {
    let place = |error: std::io::Error| Error::from(error).in_file(folder.display().to_string());
    let entries = std::fs::read_dir(folder).map_err(place)?;
    let mut paths = entries.map(|entry| Ok(entry.map_err(place)?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    let mut all = CommentSet { name: "fixtures".to_owned(), examples: Vec::new(), weight: 1.0 };
    for path in paths {
        let mut set = file(&path, None)?;
        if path.ends_with(IDENTITY) {
            set.examples.iter_mut().for_each(|example| example.labels[Head::Abuse as usize] = None);
        }
        all.examples.extend(set.examples);
    }
    Ok(all)
}

/// The sentences of `identity.jsonl` among the fixtures as a set of its own, for the head that must not take them for
/// abuse.
pub(super) fn identity(folder: &Path) -> Result<Option<CommentSet>> {
    let path = folder.join(IDENTITY);
    if !path.exists() {
        return Ok(None);
    }
    let mut set = file(&path, None)?;
    for example in &mut set.examples {
        example.labels[Head::Spam as usize] = None;
    }
    Ok(Some(CommentSet { name: "identity".to_owned(), weight: 3.0, ..set }))
}

/// The bytes of a file, `.gz` and `.zst` unpacked.
fn unpacked(path: &Path) -> Result<Vec<u8>> {
    let place = |error: std::io::Error| Error::from(error).in_file(path.display().to_string());
    let bytes = std::fs::read(path).map_err(place)?;
    let mut plain = Vec::new();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => flate2::read::MultiGzDecoder::new(&*bytes).read_to_end(&mut plain).map_err(place)?,
        Some("zst") => {
            zstd::stream::read::Decoder::new(&*bytes).and_then(|mut d| d.read_to_end(&mut plain)).map_err(place)?
        }
        _ => return Ok(bytes),
    };
    Ok(plain)
}
