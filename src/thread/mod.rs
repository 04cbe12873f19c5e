//! The comment thread: comments from labelled blocks, with author, time, nesting, quotes and tombstones.

mod anchors;
mod bylines;
mod drafts;
mod elements;
mod fields;
mod lines;
mod marks;
mod names;
mod nesting;
mod pattern;
mod post;
mod tails;
mod view;
mod words;

use std::collections::HashSet;

use crate::dates;
use crate::evidence::Evidence;
use crate::label::Labels;
use crate::page::Page;
use crate::record::{CommentKind, CommentRecord, Format, Label, PageKind, ThreadRecord};

use post::{Post, Press, Role};
use view::View;

/// All threads of a page.
#[derive(Clone, Debug, Default)]
pub struct Threads {
    /// One entry a thread.
    pub threads: Vec<ThreadRecord>,
    /// All comments in page order.
    pub comments: Vec<CommentRecord>,
    /// Whether a block went into a comment (text, quote, notice or meta), one a block.
    pub claimed: Vec<bool>,
    /// Whether the markup itself calls them comments, or nearly every one has its own button to reply or report.
    pub named: bool,
    /// Whether the posts are the page: a forum thread or a question with answers.
    pub kind_hint: Option<PageKind>,
}

/// Where the words stand that a comment quotes. Its `quotes` list them either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quotes {
    /// In `quotes` alone: `text` is what the author wrote.
    #[default]
    Apart,
    /// Also in `text`, at lines of their own where they were posted.
    Inline,
}

/// Builds the threads of a page. `captured_at` (ISO 8601) resolves relative times.
pub fn build(
    page: &Page<'_>,
    evidence: &Evidence,
    labels: &Labels,
    captured_at: Option<&str>,
    quotes: Quotes,
) -> Threads {
    let captured = captured_at.and_then(dates::parse_machine);
    let mut threads = Threads { claimed: vec![false; page.blocks.len()], ..Threads::default() };
    let view = View::new(page, evidence, labels);
    match page.format {
        Format::Html => {
            let anchors = anchors::find(page, evidence);
            if let Some(draft) = drafts::best(&view, &anchors) {
                let press = Press { page, anchors: &anchors, roles: &draft.roles, captured, quotes };
                threads.take(&press, &without_article(&press, labels, draft.posts), draft.nested);
                threads.named = draft.named;
            }
        }
        Format::Text if lines::is_heard(&view) => {
            let anchors = anchors::find(page, evidence);
            let mut roles = vec![Role::Meta; page.runs.len()];
            if let Some(found) = lines::posts(&view, &anchors, &mut roles) {
                let press = Press { page, anchors: &anchors, roles: &roles, captured, quotes };
                threads.take(&press, &found.posts, found.nested);
            }
        }
        Format::Text => {}
    }
    marks::of_posts(&mut threads.comments);
    for thread in &mut threads.threads {
        marks::of_thread(page, &evidence.declared, &threads.claimed, thread);
    }
    threads.judge(page, evidence, labels);
    threads
}

/// Bytes of main content from which on a post without words of its own is an article.
const ARTICLE: usize = 60;

/// The posts without the article itself: one element may hold it, signed and dated, and like elements the comments below
/// it. It has no words of its own as a post, for they read as main content, while those of others do not. What answers
/// it opens a thread.
fn without_article(press: &Press<'_, '_>, labels: &Labels, mut posts: Vec<Post>) -> Vec<Post> {
    let is_said = |&block: &u32| {
        press.roles[press.page.blocks[block as usize].runs.range()].iter().any(|role| *role != Role::Meta)
    };
    let says = |post: &Post| post.blocks.iter().any(is_said);
    let is_article = |post: &Post| {
        let main = post.blocks.iter().filter(|&&block| labels.labels.get(block as usize) == Some(&Label::Body));
        let main: usize = main.map(|&block| press.page.blocks[block as usize].text.len()).sum();
        !post.deleted && main >= ARTICLE && !says(post)
    };
    if posts.first().is_some_and(is_article) && posts[1..].iter().any(says) {
        posts.remove(0);
        for post in &mut posts {
            post.parent = post.parent.and_then(|parent| parent.checked_sub(1));
        }
    }
    posts
}

/// Share of the threads' text that may stand outside them as main content on a page of posts.
const OUTSIDE: f32 = 0.25;

impl Threads {
    /// Judges whether the posts are the page, and marks the opening one if so.
    fn judge(&mut self, page: &Page<'_>, evidence: &Evidence, labels: &Labels) {
        let inside: usize = self.comments.iter().map(|comment| comment.text.len()).sum();
        let outside: usize = page
            .blocks
            .iter()
            .enumerate()
            .filter(|&(i, block)| {
                !self.claimed[i]
                    && !block.hidden
                    && labels.labels.get(i) == Some(&Label::Body)
                    && block.link_bytes * 2 < block.text.len() as u32
            })
            .map(|(_, block)| block.text.len())
            .sum();
        if self.comments.len() >= 2
            && (outside as f32) < OUTSIDE * inside as f32
            && marks::is_forum(page, &evidence.declared, &labels.labels, &self.claimed, &self.comments)
        {
            let answers = self.comments.iter().any(|comment| comment.kind == CommentKind::Answer);
            self.kind_hint = Some(if answers { PageKind::Qa } else { PageKind::Thread });
            if self.comments[0].parent.is_none() {
                self.comments[0].kind = CommentKind::Op;
            }
        }
    }

    /// Adds the posts of one thread.
    fn take(&mut self, press: &Press<'_, '_>, posts: &[Post], nested: bool) {
        let thread = self.threads.len() as u32;
        let mut seen = HashSet::new();
        let own = posts.iter().all(|post| post.id.as_ref().is_some_and(|id| seen.insert(id.as_str())))
            && self.comments.is_empty();
        let first = self.comments.len();
        let id = |at: usize| match &posts[at].id {
            Some(id) if own => id.clone(),
            _ => (first + at + 1).to_string(),
        };
        let mut depths: Vec<u32> = Vec::with_capacity(posts.len());
        for (at, post) in posts.iter().enumerate() {
            let mut record = press.record(post, id(at), thread);
            let depth = post.parent.map_or(0, |parent| depths[parent] + 1);
            depths.push(depth);
            record.parent = post.parent.map(id);
            record.depth = nested.then_some(depth);
            self.comments.push(record);
            for &block in &post.blocks {
                self.claimed[block as usize] = true;
            }
        }
        self.threads.push(ThreadRecord { depth_known: nested, ..ThreadRecord::default() });
    }
}

#[cfg(test)]
mod tests;
