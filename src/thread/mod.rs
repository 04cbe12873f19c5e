//! The comment thread: comments from labelled blocks, with author, time, nesting, quotes and tombstones.

use crate::evidence::Evidence;
use crate::label::Labels;
use crate::page::Page;
use crate::record::{CommentRecord, ThreadRecord};

/// All threads of a page.
#[derive(Clone, Debug, Default)]
pub struct Threads {
    /// One entry a thread.
    pub threads: Vec<ThreadRecord>,
    /// All comments in page order.
    pub comments: Vec<CommentRecord>,
    /// Whether a block went into a comment (text, quote, notice or meta), one a block.
    pub claimed: Vec<bool>,
}

/// Builds the threads of a page. `captured_at` (ISO 8601) resolves relative times.
pub fn build(page: &Page<'_>, _evidence: &Evidence, _labels: &Labels, _captured_at: Option<&str>) -> Threads {
    Threads { claimed: vec![false; page.blocks.len()], ..Threads::default() }
}
