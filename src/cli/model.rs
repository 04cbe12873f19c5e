//! How blocks are named: by the embedded model or one's own, and what it rather does where it is in doubt.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tamis::clean::Cleaner;
use tamis::label::{Favor, Labeller};
use tamis::{Error, Result};

/// Which model names the blocks.
#[derive(Debug, Args)]
pub(super) struct Model {
    /// A model written by `tamis train blocks`, in place of the embedded one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Where main content is doubtful: rather leave it out, weigh both sides, or rather keep it
    #[arg(long, value_enum, default_value = "balance", value_name = "SIDE")]
    favor: Preference,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Preference {
    /// Keep only what is surely main content
    Precision,
    /// Weigh both alike
    Balance,
    /// Keep what may be main content
    Recall,
}

impl Preference {
    const fn favor(self) -> Favor {
        match self {
            Self::Precision => Favor::Precision,
            Self::Balance => Favor::Balance,
            Self::Recall => Favor::Recall,
        }
    }
}

impl Model {
    /// A cleaner with it.
    pub(super) fn cleaner(&self) -> Result<Cleaner> {
        Ok(self.own()?.favor(self.favor.favor()))
    }

    /// The name of what it rather does.
    pub(super) fn favor(&self) -> String {
        self.favor.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn own(&self) -> Result<Cleaner> {
        let Some(path) = &self.model else { return Cleaner::new() };
        let named = |error: Error| error.in_file(path.display().to_string());
        let bytes = std::fs::read(path).map_err(|error| named(error.into()))?;
        Ok(Cleaner::with(Labeller::from_bytes(&bytes).map_err(named)?))
    }
}
