//! The comment thread: comments from labelled blocks, with author, time, nesting, quotes and tombstones.

mod anchors;
mod bylines;
mod elements;
mod fields;
mod lines;
mod marks;
mod names;
mod nesting;
mod pattern;
mod post;
mod view;
mod words;

use std::collections::HashSet;

use crate::dates;
use crate::evidence::Evidence;
use crate::label::Labels;
use crate::page::{NodeId, Page};
use crate::record::{CommentKind, CommentRecord, Format, Label, PageKind, ThreadRecord};

use anchors::Anchor;
use elements::Candidate;
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
    /// Whether the markup itself calls them comments.
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

/// How much like posts the records must be.
const LIKENESS: f64 = 1.2;

/// From which agreement on nothing else is tried, by how much another way must agree better, how many others are tried, and
/// what following lines, or texts without times, costs.
const AGREED: f32 = 0.8;
const BETTER: f32 = 0.1;
const OTHERS: usize = 3;
const UNTIMED: f32 = 0.1;
/// Least agreement of a reading that does not rest on times.
const LEAST: f32 = 0.25;

/// The kinds of elements around these blocks that are like posts, the best first.
fn likely(view: &View<'_, '_>, anchors: &[Anchor], voters: &[(u32, NodeId)]) -> Vec<(f64, Candidate)> {
    let mut likely: Vec<(f64, Candidate)> = Vec::new();
    for mut candidate in elements::candidates(view, voters) {
        candidate.fill(view, anchors);
        let likeness = candidate.likeness(view, anchors);
        let worth = candidate.score.sqrt() * likeness.max(0.0).powi(2);
        if likeness >= LIKENESS {
            likely.push((worth, candidate));
        }
    }
    likely.sort_by(|a, b| b.0.total_cmp(&a.0));
    likely
}

/// Takes the best kind; the widest element around each record holds the author's column too.
fn widest(view: &View<'_, '_>, anchors: &[Anchor], likely: &mut Vec<(f64, Candidate)>) -> Option<Candidate> {
    let mut best = (!likely.is_empty()).then(|| likely.remove(0).1)?;
    while let Some(at) =
        likely.iter().position(|(_, outer)| outer.wraps(view, &best) && outer.records[0].node <= best.records[0].node)
    {
        best = likely.remove(at).1;
    }
    // The widest records may lack the opening post.
    Some(likely.iter().find_map(|(_, outer)| outer.opened(view, anchors, &best)).unwrap_or(best))
}

/// A way to read the posts of a page.
struct Draft {
    posts: Vec<Post>,
    nested: bool,
    named: bool,
    roles: Vec<Role>,
    /// F1 of the bytes that read as a comment's words and those that became a post's text.
    agreement: f32,
    /// Whether it rests on elements around times.
    timed: bool,
}

impl Draft {
    fn of(view: &View<'_, '_>, anchors: &[Anchor], mut found: Candidate, cost: f32) -> Self {
        let mut roles = vec![Role::Meta; view.page.runs.len()];
        fields::sift(view, anchors, &mut found);
        let mut posts = fields::posts(view, anchors, &found, &mut roles);
        let nested = nesting::nest(view, &found, &mut posts);
        Self { named: found.is_named(view), ..Self::new(view, posts, nested, roles, cost) }
    }

    fn new(view: &View<'_, '_>, posts: Vec<Post>, nested: bool, roles: Vec<Role>, cost: f32) -> Self {
        let page = view.page;
        let (mut hits, mut taken) = (0.0, 0.0);
        for &block in posts.iter().flat_map(|post| &post.blocks) {
            let own = &page.blocks[block as usize];
            let bytes = own
                .runs
                .range()
                .zip(page.runs_of(own))
                .filter(|(run, _)| matches!(roles[*run], Role::Text | Role::Quote));
            let bytes = bytes.map(|(_, run)| run.text.len()).sum::<usize>() as f32;
            taken += bytes;
            hits += bytes * view.comment(block as usize);
        }
        let wanted = (0..page.blocks.len()).filter(|&block| !page.blocks[block].hidden);
        let wanted: f32 = wanted.map(|block| page.blocks[block].text.len() as f32 * view.comment(block)).sum();
        let agreement = 2.0 * hits / (taken + wanted).max(1.0) - cost;
        Self { posts, nested, named: false, roles, agreement, timed: cost == 0.0 }
    }
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
    let view = View::new(page, labels);
    let anchors = anchors::find(page, evidence.dates);
    let mut roles = vec![Role::Meta; page.runs.len()];
    match page.format {
        Format::Html => {
            let mut likely = likely(&view, &anchors, &elements::times(&anchors));
            let mut drafts = Vec::new();
            if let Some(found) = widest(&view, &anchors, &mut likely) {
                drafts.push(Draft::of(&view, &anchors, found, 0.0));
            }
            // What reads as comments must have become their text; where it has not, other ways are tried.
            if drafts.first().is_none_or(|draft| draft.agreement < AGREED) {
                likely.truncate(OTHERS);
                drafts.extend(likely.into_iter().map(|(_, found)| Draft::of(&view, &anchors, found, 0.0)));
                if let Some(found) =
                    widest(&view, &anchors, &mut self::likely(&view, &anchors, &elements::texts(&view)))
                {
                    drafts.push(Draft::of(&view, &anchors, found, UNTIMED));
                }
                if let Some(found) = lines::posts(&view, &anchors, &mut roles) {
                    drafts.push(Draft::new(&view, found.posts, found.nested, roles, UNTIMED));
                }
            }
            // What only reads like posts must do so, be several, and not be some of many that have times.
            let timed = drafts.first().filter(|draft| draft.timed).map_or(0, |draft| draft.posts.len());
            drafts.retain(|draft| {
                draft.timed || (draft.agreement > LEAST && draft.posts.len() > 1 && draft.posts.len() * 3 >= timed * 2)
            });
            let best = drafts.into_iter().reduce(|a, b| if b.agreement > a.agreement + BETTER { b } else { a });
            if let Some(draft) = best {
                let press = Press { page, anchors: &anchors, roles: &draft.roles, captured, quotes };
                threads.take(&press, &draft.posts, draft.nested);
                threads.named = draft.named;
            }
        }
        Format::Text => {
            if let Some(found) = lines::posts(&view, &anchors, &mut roles) {
                let press = Press { page, anchors: &anchors, roles: &roles, captured, quotes };
                threads.take(&press, &found.posts, found.nested);
            }
        }
    }
    marks::of_posts(&mut threads.comments);
    for thread in &mut threads.threads {
        marks::of_thread(page, &evidence.declared, &threads.claimed, thread);
    }
    threads.judge(page, evidence, labels);
    threads
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
