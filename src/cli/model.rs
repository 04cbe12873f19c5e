//! The argument that puts a model of one's own in the place of the embedded one.

use std::path::PathBuf;

use clap::Args;
use tamis::clean::Cleaner;
use tamis::label::Labeller;
use tamis::{Error, Result};

/// Which model names the blocks.
#[derive(Debug, Args)]
pub(super) struct Model {
    /// A model written by `tamis train blocks`, in place of the embedded one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

impl Model {
    /// A cleaner with it.
    pub(super) fn cleaner(&self) -> Result<Cleaner> {
        let Some(path) = &self.model else { return Cleaner::new() };
        let named = |error: Error| error.in_file(path.display().to_string());
        let bytes = std::fs::read(path).map_err(|error| named(error.into()))?;
        Ok(Cleaner::with(Labeller::from_bytes(&bytes).map_err(named)?))
    }
}
