//! Drafts of a page's thread: the ways to read its posts. The one is taken whose posts agree best with what reads as
//! comments.

use super::anchors::Anchor;
use super::elements::{self, Candidate};
use super::post::{Post, Role};
use super::view::View;
use super::{fields, lines, nesting};
use crate::page::NodeId;

/// How much like posts the records must be.
const LIKENESS: f64 = 1.2;
/// From which agreement on nothing else is tried.
const AGREED: f32 = 0.8;
/// By how much another draft must agree better.
const BETTER: f32 = 0.1;
/// How many other kinds of elements around times are tried.
const OTHERS: usize = 3;
/// Least share of the worth of some elements of a kind that all of them must have to be taken in their place.
const WHOLE: f64 = 0.4;
/// What it costs a draft not to rest on times.
const UNTIMED: f32 = 0.1;
/// Least agreement of a draft that does not rest on times.
const LEAST: f32 = 0.25;

/// A way to read the posts of a page.
pub(super) struct Draft {
    pub(super) posts: Vec<Post>,
    /// Whether their nesting shows.
    pub(super) nested: bool,
    /// Whether the markup itself calls them comments, or nearly every one has its own button to reply or report.
    pub(super) named: bool,
    /// What each run of the page is.
    pub(super) roles: Vec<Role>,
    /// F1 of the bytes that read as a comment's words and those that became a post's text, less what it costs.
    agreement: f32,
    /// Whether it rests on elements around times.
    timed: bool,
}

/// The best draft of an HTML page.
pub(super) fn best(view: &View<'_, '_>, anchors: &[Anchor]) -> Option<Draft> {
    let mut likely = likely(view, anchors, &elements::times(anchors));
    let mut drafts = Vec::new();
    if let Some(found) = widest(view, anchors, &mut likely) {
        drafts.push(Draft::of(view, anchors, found, true));
    }
    // What reads as comments must have become their text; where it has not, other ways are tried.
    if drafts.first().is_none_or(|draft| draft.agreement < AGREED) {
        likely.truncate(OTHERS);
        drafts.extend(likely.into_iter().map(|(_, found)| Draft::of(view, anchors, found, true)));
        if let Some(found) = widest(view, anchors, &mut self::likely(view, anchors, &elements::texts(view))) {
            drafts.push(Draft::of(view, anchors, found, false));
        }
        let mut roles = vec![Role::Meta; view.page.runs.len()];
        if let Some(found) = lines::posts(view, anchors, &mut roles) {
            drafts.push(Draft::new(view, found.posts, found.nested, roles, false));
        }
    }
    // What only reads like posts must do so, be several, and not be some of many that have times.
    let timed = drafts.first().filter(|draft| draft.timed).map_or(0, |draft| draft.posts.len());
    drafts.retain(|draft| {
        draft.timed || (draft.agreement > LEAST && draft.posts.len() > 1 && draft.posts.len() * 3 >= timed * 2)
    });
    drafts.into_iter().reduce(|a, b| if b.agreement > a.agreement + BETTER { b } else { a })
}

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

/// Takes the best kind, and all elements of a kind rather than some of them; the widest element around each record
/// holds the author's column too.
fn widest(view: &View<'_, '_>, anchors: &[Anchor], likely: &mut Vec<(f64, Candidate)>) -> Option<Candidate> {
    let (mut worth, mut best) = (!likely.is_empty()).then(|| likely.remove(0))?;
    while let Some(at) = likely.iter().position(|(other, all)| *other > WHOLE * worth && all.completes(&best)) {
        (worth, best) = likely.remove(at);
    }
    while let Some(at) =
        likely.iter().position(|(_, outer)| outer.wraps(view, &best) && outer.records[0].node <= best.records[0].node)
    {
        best = likely.remove(at).1;
    }
    // The widest records may lack the opening post.
    Some(likely.iter().find_map(|(_, outer)| outer.opened(view, anchors, &best)).unwrap_or(best))
}

impl Draft {
    fn of(view: &View<'_, '_>, anchors: &[Anchor], mut found: Candidate, timed: bool) -> Self {
        let mut roles = vec![Role::Meta; view.page.runs.len()];
        fields::sift(view, anchors, &mut found);
        let mut posts = fields::posts(view, anchors, &found, &mut roles);
        let nested = nesting::nest(view, &found, &mut posts);
        let draft = Self::new(view, posts, nested, roles, timed);
        Self { named: found.is_named(view) || draft.is_answerable(view), ..draft }
    }

    /// Whether nearly every post has its own button to reply or report, as no teaser has.
    fn is_answerable(&self, view: &View<'_, '_>) -> bool {
        let has = |post: &&Post| post.blocks.iter().any(|&block| view.wording(block).is_answer_action());
        self.posts.iter().filter(has).count() * 10 > self.posts.len() * 9
    }

    fn new(view: &View<'_, '_>, posts: Vec<Post>, nested: bool, roles: Vec<Role>, timed: bool) -> Self {
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
        let cost = if timed { 0.0 } else { UNTIMED };
        let agreement = 2.0 * hits / (taken + wanted).max(1.0) - cost;
        Self { posts, nested, named: false, roles, agreement, timed }
    }
}
