//! Labelled pages to measure on, and the groups that they fall into.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tamis::Result;
use tamis::label::gold::Gold;
use tamis::label::sets::{self, Part};
use tamis::label::train::Example;

use super::usage;

/// Where the pages are.
#[derive(Debug, Args)]
pub(super) struct Data {
    /// Pages: JSON lines with `id` and `html` or `text`, plain, gzip or zstd
    #[arg(value_name = "PAGES", required_unless_present = "fixtures")]
    pages: Vec<PathBuf>,
    /// Gold records by the same ids; without it they stand beside the pages
    #[arg(long, value_name = "FILE")]
    gold: Option<PathBuf>,
    /// Folders of fixtures, with pages/NAME/page.html and expected.json
    #[arg(long, value_name = "DIR")]
    fixtures: Vec<PathBuf>,
    /// Only this part of the pages: what `tamis train blocks --leave-out K/N` left out
    #[arg(long, value_name = "K/N")]
    only: Option<Part>,
}

impl Data {
    /// All pages with their gold; that of fixtures is put as `wanted`.
    pub(super) fn examples(&self, wanted: impl Fn(Gold) -> Gold) -> Result<Vec<Example>> {
        let mut examples = Vec::new();
        for path in &self.pages {
            examples.extend(sets::pages("", path, self.gold.as_deref())?);
        }
        for folder in &self.fixtures {
            let fixtures = sets::fixtures(folder)?.into_iter();
            examples.extend(fixtures.map(|example| Example { gold: wanted(example.gold), ..example }));
        }
        examples.retain(|example| self.only.is_none_or(|part| part.holds(&example.id)));
        if examples.is_empty() {
            return Err(usage("no page is left; --only leaves out all there are"));
        }
        Ok(examples)
    }
}

/// What pages are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum By {
    /// The gold's kind of page
    #[value(alias = "page_type", alias = "kind")]
    PageType,
    /// The gold's language
    #[value(alias = "lang")]
    Language,
    /// The gold's publishing system, HTML and dumps apart
    #[value(alias = "engine")]
    System,
    /// What rendered a dump, by its id PAGE@RENDERER
    Renderer,
}

impl By {
    /// The name of an example's group.
    pub(super) fn group(self, example: &Example) -> String {
        let Example { id, gold, format, .. } = example;
        let name = match self {
            Self::PageType => gold.page_type.clone().or_else(|| gold.kind.clone()),
            Self::Language => gold.lang.clone(),
            Self::System => gold.system.as_ref().map(|system| format!("{system} ({format})")),
            Self::Renderer => Some(id.rsplit_once('@').map_or(format.name(), |(_, renderer)| renderer).to_owned()),
        };
        name.unwrap_or_else(|| "unknown".to_owned())
    }
}
