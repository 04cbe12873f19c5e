//! The name of every block.
//!
//! Two questions are asked of each block: is it main content, is it a comment's text? Each is answered by naive
//! Bayes over its tokens, then by boosted trees over that score and the dense evidence, then once more with the
//! first answers of the blocks and elements around it in view. A third naive Bayes tells the labels within main
//! content, comment and chrome apart, and the labels of the page are decoded together, since chrome comes in runs.

pub mod align;
mod context;
mod decode;
mod features;
pub mod gold;
mod kind;
mod marks;
mod model;
mod naming;
mod renaming;
pub mod sets;
pub mod sheet;
mod signals;
mod slots;
pub mod sources;
mod tokens;
pub mod train;

pub use model::{Favor, Labeller, ModelInfo};

use crate::record::{Label, PageKind};

/// The names of a page's blocks and how sure they are.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// One a block.
    pub labels: Vec<Label>,
    /// The likeliest label of each block were it no part of the article or the thread.
    pub instead: Vec<Label>,
    /// Probability of being main content, one a block.
    pub main: Vec<f32>,
    /// Probability of being a comment's text, one a block.
    pub comment: Vec<f32>,
    /// Probability of the label given, one a block.
    pub sure: Vec<f32>,
    /// The block that is most like the declared or first-line title.
    pub title: Option<usize>,
    /// Chance of each [`crate::record::PageKind`], in order.
    pub kinds: Vec<f32>,
}

impl Labels {
    /// The likeliest kind of page.
    pub fn kind(&self) -> PageKind {
        let best = (0..self.kinds.len()).reduce(|a, b| if self.kinds[b] > self.kinds[a] { b } else { a });
        best.map_or(PageKind::Article, |best| PageKind::ALL[best])
    }
}

/// Why a block has its label.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The label's probability.
    pub probability: f32,
    /// The naive-Bayes terms of the label against the mean of the others, the weightiest first, in log-odds.
    pub terms: Vec<(String, f32)>,
    /// The dense evidence for main content, the weightiest first, in log-odds.
    pub evidence: Vec<(String, f32)>,
}
