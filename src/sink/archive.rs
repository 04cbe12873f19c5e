//! An archive: a folder of shards of even size and a manifest that says what they hold.
//!
//! Shards are written one after another, each under a temporary name and renamed when it is whole; then the
//! manifest is written anew in the same way. Whatever stops a run, the folder holds whole shards and a manifest that
//! matches them, and a run that resumes writes the very bytes that an unbroken one would have written.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, ErrorKind, Result};
use crate::record::ErrorRecord;
use crate::sink::{Form, Records, Tally, Whole};

const MANIFEST: &str = "manifest.json";

/// How an archive is cut.
#[derive(Clone, Debug)]
pub struct Shards {
    /// How pages are written.
    pub form: Form,
    /// Bytes, before packing, from which on a shard is full.
    pub bytes: u64,
    /// Everything that the output depends on; a run resumes only under the same.
    pub settings: Value,
}

/// `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    schema: String,
    /// Whether all input is in.
    complete: bool,
    /// Records of the input that the parts account for.
    records: u64,
    settings: Value,
    figures: Tally,
    parts: Vec<Part>,
}

/// One shard.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    name: String,
    pages: u64,
    /// Bytes before packing.
    bytes: u64,
    /// Bytes of the file.
    packed_bytes: u64,
    /// XXH3 (64 bit) of the file, in hexadecimal.
    xxh3: String,
    /// Records that could not be read.
    failed: Vec<ErrorRecord>,
}

/// An archive being written.
pub struct Archive {
    folder: PathBuf,
    shards: Shards,
    manifest: Manifest,
    shard: Option<Shard>,
}

/// The shard at hand.
struct Shard {
    file: Records,
    name: String,
    pages: u64,
    bytes: u64,
    records: u64,
    figures: Tally,
    failed: Vec<ErrorRecord>,
}

impl Archive {
    /// Begins an archive in `folder`, or with `resume` takes one up that was left unfinished there.
    pub fn open(folder: &Path, shards: Shards, resume: bool) -> Result<Self> {
        let named = |error: std::io::Error| Error::from(error).in_file(folder.display().to_string());
        fs::create_dir_all(folder).map_err(named)?;
        let path = folder.join(MANIFEST);
        let manifest = match fs::read(&path) {
            Ok(json) if resume => {
                let manifest: Manifest = serde_json::from_slice(&json).map_err(|error| {
                    Error::from(ErrorKind::Record(format!("this manifest is damaged ({error}); begin a new archive")))
                        .in_file(path.display().to_string())
                })?;
                if manifest.settings != shards.settings {
                    let message = differing(&manifest.settings, &shards.settings);
                    return Err(Error::from(ErrorKind::Usage(message)).in_file(path.display().to_string()));
                }
                manifest
            }
            Ok(_) => {
                let message = "this folder holds an archive already; add --resume to go on with it, or name another";
                return Err(Error::from(ErrorKind::Usage(message.to_owned())).in_file(folder.display().to_string()));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Manifest {
                schema: "tamis/manifest/1".to_owned(),
                complete: false,
                records: 0,
                settings: shards.settings.clone(),
                figures: Tally::default(),
                parts: Vec::new(),
            },
            Err(error) => return Err(Error::from(error).in_file(path.display().to_string())),
        };
        // What a killed run left under temporary names, and a shard that it renamed but did not enter.
        for entry in fs::read_dir(folder).map_err(named)? {
            let entry = entry.map_err(named)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let left_over = name.starts_with(super::file::TEMPORARY);
            let unentered = name.starts_with("part-") && !manifest.parts.iter().any(|part| part.name == name);
            if left_over || (resume && unentered) {
                fs::remove_file(entry.path()).map_err(named)?;
            }
        }
        Ok(Self { folder: folder.to_owned(), shards, manifest, shard: None })
    }

    /// Records of the input that are in already: a reader skips as many.
    pub fn records(&self) -> u64 {
        self.manifest.records
    }

    /// Whether all input is in already.
    pub fn is_complete(&self) -> bool {
        self.manifest.complete
    }

    /// Figures of all that is in, the shard at hand left out.
    pub fn figures(&self) -> &Tally {
        &self.manifest.figures
    }

    /// Adds what became of one record of the input. The result says whether a shard was closed by it.
    pub fn put(&mut self, bytes: &[u8], figures: Tally, failed: Option<ErrorRecord>) -> Result<bool> {
        let shard = match &mut self.shard {
            Some(shard) => shard,
            none => none.insert(Self::begin(&self.folder, &self.shards, self.manifest.parts.len())?),
        };
        shard.file.put(bytes)?;
        shard.bytes += bytes.len() as u64;
        shard.records += 1;
        shard.pages += figures.pages;
        shard.figures.add(figures);
        shard.failed.extend(failed);
        let full = shard.bytes >= self.shards.bytes;
        if full {
            self.close()?;
        }
        Ok(full)
    }

    /// Enters the last shard and marks the archive complete.
    pub fn finish(mut self) -> Result<Tally> {
        if !self.manifest.complete {
            self.manifest.complete = true;
            if !self.close()? {
                self.save()?;
            }
        }
        Ok(self.manifest.figures)
    }

    fn begin(folder: &Path, shards: &Shards, number: usize) -> Result<Shard> {
        let extension = match shards.form {
            Form::Parquet => "parquet".to_owned(),
            Form::Warc => "warc.gz".to_owned(),
            form => format!("{}.zst", form.extension()),
        };
        let name = format!("part-{number:05}.{extension}");
        let file = Records::create(&folder.join(&name), shards.form)?;
        Ok(Shard { file, name, pages: 0, bytes: 0, records: 0, figures: Tally::default(), failed: Vec::new() })
    }

    /// Gives the shard at hand its name and enters it. `Ok(false)` if there is none.
    fn close(&mut self) -> Result<bool> {
        let Some(Shard { file, name, pages, bytes, records, figures, failed }) = self.shard.take() else {
            return Ok(false);
        };
        file.finish()?;
        let path = self.folder.join(&name);
        let packed = fs::read(&path).map_err(|error| Error::from(error).in_file(path.display().to_string()))?;
        self.manifest.parts.push(Part {
            name,
            pages,
            bytes,
            packed_bytes: packed.len() as u64,
            xxh3: format!("{:016x}", xxh3_64(&packed)),
            failed,
        });
        self.manifest.records += records;
        self.manifest.figures.add(figures);
        self.save()?;
        Ok(true)
    }

    fn save(&self) -> Result<()> {
        let mut file = Whole::create(&self.folder.join(MANIFEST))?;
        let mut json = serde_json::to_vec_pretty(&self.manifest).unwrap_or_default();
        json.push(b'\n');
        file.write_all(&json).map_err(|error| file.explain(error))?;
        file.finish()
    }
}

/// Says which settings are not those of the archive.
fn differing(theirs: &Value, ours: &Value) -> String {
    let names: Vec<&str> = theirs
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| ours.get(name) != Some(value))
        .map(|(name, _)| name.as_str())
        .collect();
    format!("the archive was begun with other settings ({}); repeat them, or begin another", names.join(", "))
}
