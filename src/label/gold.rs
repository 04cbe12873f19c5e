//! Labelled pages: what each block of a page ought to be, from the fixtures' labelled blocks, from a gold main text,
//! or from a gold thread.

use serde::Deserialize;

use super::align::{align, containment, runs, words};
use crate::page::Page;
use crate::record::{Label, PageKind};

/// What is known of a page's right answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Gold {
    /// Joins it with its page.
    pub id: String,
    /// The main text.
    pub text: Option<String>,
    /// Snippets that belong to the main text.
    pub with: Option<Vec<String>>,
    /// Snippets that do not.
    pub without: Option<Vec<String>>,
    /// Kind of page in the vocabulary of WCXB (`article`, `forum`, …).
    pub page_type: Option<String>,
    /// Kind of page: one of ours, or of the thread sets (`comments`, `thread`, `qa`, `negative`).
    pub kind: Option<String>,
    /// Language of the page.
    pub lang: Option<String>,
    /// The publishing system.
    #[serde(alias = "engine")]
    pub system: Option<String>,
    /// The comments.
    pub comments: Option<Vec<GoldComment>>,
    /// Whether the page, or this dump of it, shows who answers whom.
    pub nested: Option<bool>,
    /// The same of a fixture's HTML.
    pub depth_known: Option<bool>,
    /// Every visible piece with its label, in page order (fixtures).
    pub blocks: Option<Vec<(String, String)>>,
}

/// A comment of a gold thread.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GoldComment {
    /// Its name.
    pub id: Option<String>,
    /// The comment that it answers.
    pub parent: Option<String>,
    /// How deep it stands; counts where no comment names a parent.
    pub depth: Option<u32>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, ISO 8601.
    #[serde(alias = "time")]
    pub published: Option<String>,
    /// When, as the page says it.
    #[serde(alias = "time_shown")]
    pub published_shown: Option<String>,
    /// Whether a dump's renderer lost it.
    pub absent: bool,
    /// Its own words.
    pub text: Option<String>,
    /// Whether it was deleted.
    pub deleted: bool,
}

/// What a block ought to be, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Its label.
    pub label: Option<Label>,
    /// Whether it is main content.
    pub main: Option<bool>,
    /// Whether it is a comment's text.
    pub comment: Option<bool>,
}

impl Gold {
    /// The kind of page, in our vocabulary.
    pub fn page_kind(&self) -> Option<PageKind> {
        match (self.page_type.as_deref(), self.kind.as_deref()) {
            (Some("forum"), _) => Some(PageKind::Thread),
            // In the thread sets: an article with comments below it.
            (_, Some("comments")) => Some(PageKind::Article),
            (Some(kind), _) | (None, Some(kind)) => kind.parse().ok(),
            (None, None) => None,
        }
    }

    /// Whether the page consists of posts.
    fn is_posts(&self) -> bool {
        self.page_kind().is_some_and(PageKind::is_posts)
    }

    /// What each block of `page` ought to be.
    pub fn targets(&self, page: &Page<'_>) -> Vec<Target> {
        let blocks: Vec<Vec<u64>> = page.blocks.iter().map(|block| words(page.text_of(block))).collect();
        if let Some(gold) = &self.blocks {
            return Self::labelled(&blocks, gold);
        }
        if let Some(text) = &self.text {
            return self.main_text(page, &blocks, text);
        }
        if let Some(comments) = &self.comments {
            return Self::thread(&blocks, comments);
        }
        if self.with.is_some() || self.without.is_some() {
            return self.snippets(&blocks);
        }
        vec![Target::default(); blocks.len()]
    }

    fn labelled(blocks: &[Vec<u64>], gold: &[(String, String)]) -> Vec<Target> {
        let mut stream = Vec::new();
        let mut labels = Vec::new();
        for (label, text) in gold {
            let words = words(text);
            labels.extend(std::iter::repeat_n(label.parse::<Label>().ok(), words.len()));
            stream.extend(words);
        }
        let mut counts = [0u32; Label::COUNT];
        align(blocks, &stream)
            .into_iter()
            .map(|place| {
                let Some(place) = place else { return Target::default() };
                counts.fill(0);
                for label in labels[place].iter().flatten() {
                    counts[*label as usize] += 1;
                }
                let label = Label::ALL.iter().copied().max_by_key(|&label| counts[label as usize]);
                let label = label.filter(|&label| counts[label as usize] > 0);
                let main = label.map(|label| matches!(label, Label::Body | Label::Caption));
                Target { label, main, comment: label.map(|label| label == Label::CommentText) }
            })
            .collect()
    }

    fn main_text(&self, page: &Page<'_>, blocks: &[Vec<u64>], text: &str) -> Vec<Target> {
        let gold = words(text);
        let known = runs(&gold);
        align(blocks, &gold)
            .into_iter()
            .zip(blocks)
            .zip(&page.blocks)
            .map(|((place, words), block)| {
                // What cannot be found in order may still be there: golds are often stitched together.
                let inside = place.is_some() || (words.len() >= 8 && containment(words, &known) > 0.7);
                if words.is_empty() || block.hidden && !inside {
                    return Target::default();
                }
                if self.is_posts() {
                    return Target { label: None, main: None, comment: Some(inside) };
                }
                // Readers' comments below an article are no main text, but nobody says which they are.
                Target { label: None, main: Some(inside), comment: inside.then_some(false) }
            })
            .collect()
    }

    /// Only blocks that hold a snippet, or make up most of one, are known.
    fn snippets(&self, blocks: &[Vec<u64>]) -> Vec<Target> {
        let split = |snippets: &Option<Vec<String>>| -> Vec<Vec<u64>> {
            snippets.iter().flatten().map(|snippet| words(snippet)).filter(|words| words.len() > 1).collect()
        };
        let (with, without) = (split(&self.with), split(&self.without));
        let holds = |block: &[u64], snippets: &[Vec<u64>]| {
            snippets.iter().any(|snippet| block.windows(snippet.len()).any(|run| run == snippet))
        };
        blocks
            .iter()
            .map(|block| match (holds(block, &with), holds(block, &without)) {
                (true, false) => Target { label: None, main: Some(true), comment: Some(false) },
                (false, true) => Target { label: None, main: Some(false), comment: None },
                _ => Target::default(),
            })
            .collect()
    }

    fn thread(blocks: &[Vec<u64>], comments: &[GoldComment]) -> Vec<Target> {
        let gold: Vec<u64> = comments.iter().filter_map(|comment| comment.text.as_deref()).flat_map(words).collect();
        let known = runs(&gold);
        align(blocks, &gold)
            .into_iter()
            .zip(blocks)
            .map(|(place, words)| {
                let share = containment(words, &known);
                let inside = place.is_some() || (words.len() >= 6 && share > 0.7);
                // Short blocks are names, dates and quotes of which the gold says nothing.
                let comment = if inside {
                    Some(true)
                } else {
                    (words.len() >= 6 && share < 0.3 || comments.is_empty()).then_some(false)
                };
                Target { label: None, main: inside.then_some(false), comment }
            })
            .collect()
    }
}
