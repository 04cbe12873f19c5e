//! A site's own layer: what its moderators decided, in a folder on disk, and what follows from it for the scores.

mod layer;
mod log;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(super) use layer::SiteHead;
pub use layer::SiteLayer;
pub use log::{Decision, SiteLog};

use super::model::CommentModel;
use crate::bayes::hash;
use crate::error::{Error, ErrorKind, Result};

/// A site's folder. `decisions.log` is all that counts; `layer.safetensors` keeps what was last derived from it, to
/// save time, and may be deleted.
#[derive(Debug)]
pub struct Site {
    folder: PathBuf,
    log: SiteLog,
}

/// The namespace of the stamp on a kept layer.
const STAMP: u64 = 0x7374_616D;

impl Site {
    /// The site in a folder that exists. A folder that does not is an [`ErrorKind::Usage`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        if folder.is_dir() {
            return Ok(Self { log: SiteLog::new(folder.join("decisions.log")), folder });
        }
        let message = "there is no such folder of a site; `tamis learn` makes it".to_owned();
        Err(Error::from(ErrorKind::Usage(message)).in_file(folder.display().to_string()))
    }

    /// The site in a folder, which is made if need be.
    pub fn create(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        std::fs::create_dir_all(&folder).map_err(|error| Error::from(error).in_file(folder.display().to_string()))?;
        Self::open(folder)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The log of its decisions.
    pub const fn log(&self) -> &SiteLog {
        &self.log
    }

    /// The layer that follows from the log: the kept one if it still fits, else one derived now and kept. That it cannot
    /// be kept (a read-only folder) costs time at the next start and nothing else.
    pub fn layer(&self, model: &CommentModel) -> Result<SiteLayer> {
        let log = self.log.bytes()?;
        let stamp = format!("{:016x}{:016x}", hash(STAMP, &log), model.digest());
        let kept = self.folder.join("layer.safetensors");
        let found = std::fs::read(&kept).ok().and_then(|bytes| SiteLayer::from_bytes(&bytes, &stamp));
        if let Some(layer) = found {
            return Ok(layer);
        }
        let layer = SiteLayer::derive(&self.log.replay(&log)?, model);
        let _ = self.keep(&kept, &layer.to_bytes(&stamp)?);
        Ok(layer)
    }

    /// Writes a file whole or not at all.
    fn keep(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layer_is_kept_until_the_log_says_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let model = CommentModel::shipped();
        assert!(Site::open(folder.path().join("none")).unwrap_err().to_string().contains("tamis learn"));
        let site = Site::create(folder.path().join("a/b")).unwrap();
        let decision = |i: usize| Decision {
            text: format!("{} {i}", ["buy zorbling frumpets", "a quiet walk"][i % 2]),
            spam: Some(i.is_multiple_of(2)),
            abuse: None,
        };
        site.log().learn(&(0..10).map(decision).collect::<Vec<_>>()).unwrap();
        let score = |site: &Site| {
            let layer = site.layer(model).unwrap();
            crate::moderate::Scorer::with_site(model, &layer).score_only("zorbling frumpets").spam
        };
        let first = score(&site);
        let kept = site.folder().join("layer.safetensors");
        assert!(kept.exists() && score(&site) == first);
        std::fs::write(&kept, "damaged").unwrap();
        assert_eq!(score(&site), first);
        site.log().unlearn(&[decision(0), decision(2)]).unwrap();
        assert!(score(&site) < first);
    }
}
