//! Records of an HTML page: elements of one kind, or stretches of siblings, that each hold a time and a text.
//!
//! Every anchor votes for the elements around it; an element kind (see [`signatures`]) is as good as the text its
//! elements part evenly among the anchors. Roots make parting count: ten comments of a kind weigh more than one
//! list around all of them, and more than ten time lines without their texts.

use std::collections::{HashMap, HashSet, VecDeque};

use super::anchors::Anchor;
use super::view::{Signature, View, named};
use crate::page::{NodeId, Tag, Tree};

/// One record: an element or a stretch of children of one element.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// The element, or the parent of the stretch.
    pub(super) node: NodeId,
    /// The first element of the record: `node` itself, or the first child of the stretch.
    pub(super) head: NodeId,
    /// The blocks from its first to its last, those of records inside it counted too.
    pub(super) span: std::ops::Range<u32>,
    /// Its blocks, those of records inside it left out.
    pub(super) blocks: Vec<u32>,
    /// Its anchors.
    pub(super) anchors: Vec<u32>,
}

/// Records of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidate {
    pub(super) records: Vec<Record>,
    /// Whether the records are elements (and not stretches of siblings).
    pub(super) elements: bool,
    /// How well the records part the text.
    pub(super) score: f64,
    signature: Signature,
}

/// Chance of being a comment's own words from which on a block votes.
const SURE: f32 = 0.6;
/// Chance below which a block of a record is something else.
const BESIDE: f32 = 0.4;
/// Least share of records that have words, and least where nothing else of posts is missing.
const WORDED: f64 = 0.5;
const FOLDED: f64 = 0.1;
/// How far above an anchor its record is looked for.
const LEVELS: usize = 24;
/// How many kinds of records are weighed in full.
pub(super) const KINDS: usize = 24;

/// What votes for the elements around it: times, with their blocks.
pub(super) fn times(anchors: &[Anchor]) -> Vec<(u32, NodeId)> {
    anchors.iter().map(|anchor| (anchor.block, anchor.node)).collect()
}

/// The texts that read as comments': they vote where times are not shown or not known as such.
pub(super) fn texts(view: &View<'_, '_>) -> Vec<(u32, NodeId)> {
    let sure = (0..view.page.blocks.len()).filter(|&block| view.comment(block) > SURE);
    sure.map(|block| (block as u32, view.page.blocks[block].node)).collect()
}

/// The likeliest kinds of records, the best first.
pub(super) fn candidates(view: &View<'_, '_>, voters: &[(u32, NodeId)]) -> Vec<Candidate> {
    let tree = &view.page.tree;
    let mut kinds: HashMap<Signature, (u32, Vec<(NodeId, u32)>)> = HashMap::new();
    let cap = cap(tree);
    let cut_off = cut_off(tree, cap);
    let mut own = Vec::new();
    for (number, &(block, node)) in voters.iter().enumerate() {
        let number = number as u32;
        for id in nearest(tree, &cut_off, block, node).chain(tree.ancestors(node).take(LEVELS)) {
            if matches!(tree.tag(id), Tag::Body | Tag::Html) || id == NodeId::ROOT {
                break;
            }
            if tree.node(id).blocks.is_empty() && cap != Some(tree.node(id).depth) {
                continue;
            }
            view.signatures(id, &mut own);
            for &signature in &own {
                let (last, list) = kinds.entry(signature).or_insert((u32::MAX, Vec::new()));
                if *last != number {
                    *last = number;
                    list.push((id, number));
                }
            }
        }
    }
    let mut out: Vec<Candidate> = Vec::new();
    for (signature, (_, list)) in kinds {
        let mut heads: Vec<NodeId> = list.iter().map(|&(id, _)| id).collect();
        heads.sort_unstable();
        heads.dedup();
        let whole = Record::elements(view, &heads, cap);
        let score = parted(view, &whole);
        // Lines of linked times alone have no words, the stretches from one to the next may.
        if heads.len() > 1
            && let Some(records) = stretches_to(view, &heads).or_else(|| stretches(view, &heads))
        {
            let longer = parted(view, &records) * STRETCH_WEIGHT;
            if longer > score {
                out.push(Candidate { records, elements: false, score: longer, signature });
            }
        }
        if score > 0.0 {
            out.push(Candidate { records: whole, elements: true, score, signature });
        }
    }
    // Outer elements first where two kinds part the text alike: the nesting of records shows in them.
    out.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.records[0].head.cmp(&b.records[0].head))
            .then(a.signature.cmp(&b.signature))
    });
    out.truncate(KINDS);
    out
}

/// The sum of the roots of the records' own text.
fn parted(view: &View<'_, '_>, records: &[Record]) -> f64 {
    let mut score = 0.0;
    let mut open: Vec<(u32, f64)> = Vec::new();
    let close = |(_, own): (u32, f64)| own.clamp(0.0, 6000.0).sqrt();
    for record in records {
        while open.last().is_some_and(|&(end, _)| end <= record.span.start) {
            score += open.pop().map_or(0.0, close);
        }
        let mass = view.mass(record.span.start as usize..record.span.end as usize);
        if let Some((_, own)) = open.last_mut() {
            *own -= mass;
        }
        open.push((record.span.end, mass));
    }
    score + open.into_iter().map(close).sum::<f64>()
}

/// How much less a stretch of siblings weighs than an element around the same text.
const STRETCH_WEIGHT: f64 = 0.85;
/// Most siblings of one stretch.
const SIBLINGS: usize = 40;

/// Stretches of siblings, each from one of the heads to the next beside it. The last one beside others has no head
/// after it: it is as long as the longest.
fn stretches(view: &View<'_, '_>, heads: &[NodeId]) -> Option<Vec<Record>> {
    let tree = &view.page.tree;
    let known: HashSet<NodeId> = heads.iter().copied().collect();
    let mut longest = 0;
    let mut ends: Vec<(usize, NodeId, bool)> = Vec::with_capacity(heads.len());
    for &head in heads {
        let close = tree.node(tree.node(head).parent).end;
        let mut at = tree.node(head).end;
        let mut count = 1;
        while at < close && !known.contains(&at) && count < SIBLINGS {
            at = tree.node(at).end;
            count += 1;
        }
        let followed = at < close && known.contains(&at);
        if followed {
            longest = longest.max(count);
        }
        ends.push((count, at, followed));
    }
    if longest < 2 {
        return None;
    }
    let mut records = Vec::with_capacity(heads.len());
    for (&head, &(count, end, followed)) in heads.iter().zip(&ends) {
        let mut last = NodeId(head.0);
        let mut at = tree.node(head).end;
        let most = if followed { count } else { longest };
        for _ in 1..most {
            if at >= end {
                break;
            }
            last = at;
            at = tree.node(at).end;
        }
        let start = tree.node(head).blocks.start;
        records.push(Record {
            node: tree.node(head).parent,
            head,
            span: start..tree.node(last).blocks.end.max(start),
            blocks: Vec::new(),
            anchors: Vec::new(),
        });
    }
    Some(records)
}

/// How many stretches may lack a beginning of the usual kind.
const MISSES: usize = 16;

/// Stretches of siblings, each ending with one of the heads, where all begin with an element of one kind.
fn stretches_to(view: &View<'_, '_>, heads: &[NodeId]) -> Option<Vec<Record>> {
    let tree = &view.page.tree;
    let known: HashSet<NodeId> = heads.iter().copied().collect();
    let mut parents: Vec<NodeId> = heads.iter().map(|&head| tree.node(head).parent).collect();
    parents.sort_unstable();
    parents.dedup();
    let mut own = Vec::new();
    let mut first_of = |id: NodeId| {
        view.signatures(id, &mut own);
        own.first().copied()
    };
    let mut kinds: HashMap<Signature, u32> = HashMap::new();
    let mut starts: Vec<(NodeId, Option<NodeId>)> = Vec::with_capacity(heads.len());
    let mut before: VecDeque<NodeId> = VecDeque::new();
    for &parent in &parents {
        let mut headed = false;
        before.clear();
        for child in tree.children(parent) {
            if tree.node(child).blocks.is_empty() {
                continue;
            }
            if !known.contains(&child) {
                before.push_back(child);
                if before.len() > SIBLINGS {
                    before.pop_front();
                }
                continue;
            }
            let start = before.front().copied().filter(|_| headed);
            if let Some(kind) = start.and_then(&mut first_of) {
                *kinds.entry(kind).or_insert(0) += 1;
            }
            starts.push((child, start));
            before.clear();
            headed = true;
        }
    }
    let (&kind, &seen) = kinds.iter().max_by_key(|&(&kind, &seen)| (seen, kind))?;
    let mut records: Vec<Record> = Vec::with_capacity(heads.len());
    let mut after: Option<(NodeId, NodeId)> = None;
    let mut misses = 0;
    for &(end, start) in &starts {
        let parent = tree.node(end).parent;
        let start = match start {
            Some(start) if first_of(start) == Some(kind) => start,
            _ => {
                misses += 1;
                if misses > MISSES {
                    return None;
                }
                // Look back over the siblings since the head before.
                let from = after.filter(|&(of, _)| of == parent).map(|(_, last)| last);
                let mut nearest = None;
                for child in tree.children(parent) {
                    if child >= end {
                        break;
                    }
                    if from.is_none_or(|from| child > from) && first_of(child) == Some(kind) {
                        nearest = Some(child);
                    }
                }
                nearest?
            }
        };
        after = Some((parent, end));
        let blocks = tree.node(start).blocks.start..tree.node(end).blocks.end;
        records.push(Record { node: parent, head: start, span: blocks, blocks: Vec::new(), anchors: Vec::new() });
    }
    records.sort_by_key(|record| record.head);
    (seen as usize + 1 >= heads.len() * 8 / 10).then_some(records)
}

/// The depth at which elements stop nesting, on a page that reaches it.
pub(super) fn cap(tree: &Tree<'_>) -> Option<u16> {
    tree.nodes.iter().map(|node| node.depth).max().filter(|&depth| depth >= tree.bound)
}

/// Most elements before one that may be around it in truth.
const FLAT: usize = 12;

/// The elements at the cap, in page order. They hold nothing: their content follows them in the element around.
fn cut_off(tree: &Tree<'_>, cap: Option<u16>) -> Vec<NodeId> {
    let Some(cap) = cap else { return Vec::new() };
    (0..tree.nodes.len() as u32).map(NodeId).filter(|&id| tree.node(id).depth == cap).collect()
}

/// The elements at the cap that come right before a block of the element around them: they may hold it in truth.
fn nearest<'t>(
    tree: &'t Tree<'_>,
    cut_off: &'t [NodeId],
    block: u32,
    around: NodeId,
) -> impl Iterator<Item = NodeId> + 't {
    let end = cut_off.partition_point(|&id| tree.node(id).blocks.start <= block);
    cut_off[..end].iter().rev().copied().take(FLAT).take_while(move |&id| tree.node(id).parent == around)
}

/// The first block behind the beginning of an element at the cap: the text that stood open before it belongs to
/// what came before; the element after it tells whether there was any.
fn first_block(tree: &Tree<'_>, id: NodeId) -> u32 {
    let start = tree.node(id).blocks.start;
    let next = NodeId(id.0 + 1);
    let next = tree.nodes.get(next.0 as usize).filter(|node| node.parent == tree.node(id).parent);
    next.map_or(start, |next| next.blocks.start.min(start + 1))
}

impl Record {
    /// Records of whole elements. Where nesting is cut off, what stood inside an element follows it: the record
    /// goes on to the next one.
    fn elements(view: &View<'_, '_>, ids: &[NodeId], cap: Option<u16>) -> Vec<Self> {
        let tree = &view.page.tree;
        ids.iter()
            .enumerate()
            .map(|(at, &id)| {
                let node = tree.node(id);
                let mut span = node.blocks.start..node.blocks.end;
                if cap == Some(node.depth) {
                    let close = tree.node(node.parent).blocks.end;
                    let next = ids.get(at + 1).filter(|&&next| tree.node(next).parent == node.parent);
                    span.start = first_block(tree, id);
                    span.end = next.map_or(close, |&next| first_block(tree, next)).max(span.start);
                }
                Self { node: id, head: id, span, blocks: Vec::new(), anchors: Vec::new() }
            })
            .collect()
    }
}

impl Candidate {
    /// Finds the blocks and anchors of each record, and takes in elements of the kind that have no time of their own
    /// but stand beside or inside those that do.
    pub(super) fn fill(&mut self, view: &View<'_, '_>, anchors: &[Anchor]) {
        let tree = &view.page.tree;
        let cap = cap(tree);
        if self.elements {
            let mut ids: Vec<NodeId> = self.records.iter().map(|record| record.node).collect();
            let mut parents: Vec<NodeId> = ids.iter().map(|&id| tree.node(id).parent).collect();
            parents.sort_unstable();
            parents.dedup();
            let mut own = Vec::new();
            let dated = ids.len();
            for &parent in &parents {
                for child in tree.children(parent) {
                    if tree.node(child).blocks.is_empty() && cap != Some(tree.node(child).depth) {
                        continue;
                    }
                    view.signatures(child, &mut own);
                    if own.contains(&self.signature) {
                        ids.push(child);
                    }
                }
            }
            let mut all = ids.clone();
            all.sort_unstable();
            all.dedup();
            let odd = all.iter().filter(|id| ids[..dated].binary_search(id).is_err());
            let others = odd.filter(|&&id| !view.is_post(tree.node(id).blocks.range())).count();
            // A few that neither have a time nor read as posts are posts still; many are other cells of the same posts.
            if others * 2 > dated {
                ids.truncate(dated);
            } else {
                ids = all;
            }
            ids.sort_unstable();
            self.records = Record::elements(view, &ids, cap);
        }
        self.deal(view, anchors);
    }

    /// Gives each record its blocks and anchors.
    fn deal(&mut self, view: &View<'_, '_>, anchors: &[Anchor]) {
        for record in &mut self.records {
            record.blocks.clear();
            record.anchors.clear();
        }
        self.share_out(view);
        let mut owner = vec![u32::MAX; view.page.blocks.len()];
        for (number, record) in self.records.iter().enumerate() {
            for &block in &record.blocks {
                owner[block as usize] = number as u32;
            }
        }
        for (number, anchor) in anchors.iter().enumerate() {
            if let Some(record) = self.records.get_mut(owner[anchor.block as usize] as usize) {
                record.anchors.push(number as u32);
            }
        }
        self.records.retain(|record| !record.blocks.is_empty());
    }

    /// Each block goes to the innermost record around it.
    fn share_out(&mut self, view: &View<'_, '_>) {
        let tree = &view.page.tree;
        let mut open: Vec<usize> = Vec::new();
        let mut next = 0;
        let Some(first) = self.records.first() else { return };
        let start = first.span.start;
        for block in start..view.page.blocks.len() as u32 {
            while next < self.records.len() && self.records[next].span.start <= block {
                open.push(next);
                next += 1;
            }
            while open.last().is_some_and(|&top| self.records[top].span.end <= block) {
                open.pop();
            }
            let Some(&top) = open.last() else {
                if next == self.records.len() {
                    break;
                }
                continue;
            };
            if view.page.blocks[block as usize].hidden && !tree.node(self.records[top].head).hidden {
                continue;
            }
            self.records[top].blocks.push(block);
        }
    }

    /// How much the records are like posts, from 0.
    pub(super) fn likeness(&self, view: &View<'_, '_>, anchors: &[Anchor]) -> f64 {
        const SAMPLE: usize = 64;
        let tree = &view.page.tree;
        let reads = |record: &Record| record.blocks.iter().any(|&block| view.comment(block as usize) > SURE);
        let times = self.records.iter().filter(|record| !record.anchors.is_empty()).count();
        let texts = self.records.iter().filter(|record| reads(record)).count();
        // Where most posts have no time that is known as one, their texts must do.
        let timed = times * 2 >= texts;
        // A paragraph is no post: something beside the text says who wrote it, or what can be done with it.
        let beside = |record: &&Record| record.blocks.iter().any(|&block| view.comment(block as usize) < BESIDE);
        if !timed && self.records.iter().filter(beside).count() * 2 < texts {
            return 0.0;
        }
        let dated = self.records.iter().filter(|record| if timed { !record.anchors.is_empty() } else { reads(record) });
        let dated: Vec<&Record> = dated.collect();
        let undated = if timed { 1.0 - times as f64 / self.records.len().max(1) as f64 } else { 0.0 };
        // From all over the page: the beginning of a list may differ from the rest.
        let step = dated.len().div_ceil(SAMPLE).max(1);
        let dated: Vec<&Record> = dated.into_iter().step_by(step).collect();
        if dated.is_empty() {
            return 0.0;
        }
        let count = dated.len() as f64;
        let share = |test: &dyn Fn(&Record) -> bool| dated.iter().filter(|record| test(record)).count() as f64 / count;
        let class = share(&|record| {
            let around = |id| view.remembered(id, 0, || named(tree, id, &POST_WORDS));
            tree.ancestors(record.head).take(4).any(around)
                || inside(view, record, |id| view.remembered(id, 1, || named(tree, id, &REPLY_WORDS)))
        });
        let wrong = share(&|record| {
            let around = |id| view.remembered(id, 2, || named(tree, id, &CARD_WORDS));
            tree.ancestors(record.head).take(4).any(around)
        });
        let author =
            share(&|record| inside(view, record, |id| view.remembered(id, 3, || named(tree, id, &AUTHOR_WORDS))));
        let clock = share(&|record| {
            record.anchors.iter().any(|&at| {
                let anchor = &anchors[at as usize];
                anchor.machine.is_some_and(|when| when.clock.is_some())
                    || anchor.time.is_some_and(|time| match time {
                        crate::dates::Time::Absolute(when) => when.clock.is_some(),
                        crate::dates::Time::Relative(_) => true,
                    })
            })
        });
        // What is left of a record without its time, its links and its buttons must be words.
        let worded = share(&|record| {
            record.blocks.iter().any(|&block| {
                let text = view.text(block);
                view.plain[block as usize] * 2.0 > text.len() as f32
                    && text.len() >= 4
                    && !record.anchors.iter().any(|&at| {
                        anchors[at as usize].block == block && anchors[at as usize].shown.len() * 3 > text.len()
                    })
                    && !view.wording(block).is_action()
            })
        });
        let answered = share(&|record| record.blocks.iter().any(|&block| view.wording(block).is_answer_action()));
        if share(&|record| tree.tag(record.head) == Tag::Blockquote || named(tree, record.head, &["quote"])) > 0.8 {
            return 0.0;
        }
        if dated.len() == 1 && !stands_alone(view, dated[0]) {
            return 0.0;
        }
        let mut mass = 0.0_f64;
        let mut comment = 0.0_f64;
        let mut linked = 0.0_f64;
        for record in &dated {
            for &block in &record.blocks {
                let b = &view.page.blocks[block as usize];
                let bytes = f64::from(b.text.len() as u32);
                mass += bytes;
                linked += f64::from(b.link_bytes.min(b.text.len() as u32));
                comment += bytes * f64::from(view.comment(block as usize));
            }
        }
        let mass = mass.max(1.0);
        // Records of one kind have their times, or texts, in one place.
        let mut places: HashMap<u64, u32> = HashMap::new();
        for record in &dated {
            let mut own: Vec<u64> = if timed {
                let nodes = record.anchors.iter().map(|&at| anchors[at as usize].node);
                nodes.map(|node| super::view::place(tree, node, record.node)).collect()
            } else {
                let texts = record.blocks.iter().filter(|&&block| view.comment(block as usize) > SURE);
                texts
                    .map(|&block| super::view::place(tree, view.page.blocks[block as usize].node, record.node))
                    .collect()
            };
            own.sort_unstable();
            own.dedup();
            for place in own {
                *places.entry(place).or_insert(0) += 1;
            }
        }
        // Where nesting is cut off, places no longer tell.
        let alike = match cap(tree) {
            Some(_) => 1.0,
            None => f64::from(places.values().copied().max().unwrap_or(0)) / count,
        };
        // Most posts may be folded up, if each has all else that posts have.
        let stamped = dated.len() >= 3 && class.min(author).min(clock).min(alike) > 0.8;
        if worded < if stamped { FOLDED } else { WORDED } {
            return 0.0;
        }
        let title = share(&|record| {
            record.blocks.iter().any(|&block| {
                let b = &view.page.blocks[block as usize];
                b.shape == crate::page::Shape::Heading && b.link_bytes as usize * 10 > b.text.len() * 8
            })
        });
        let several = if dated.len() >= 2 { 0.3 } else { 0.0 };
        (1.2 * class + 0.5 * author + 0.3 * clock + answered + 2.0 * comment / mass + several)
            - 1.5 * (linked / mass)
            - 0.8 * title
            - 1.0 * wrong
            - 1.0 * undated
            - 2.0 * (1.0 - alike)
    }
}

/// Whether a record is named as a comment in the way that one without others must be.
fn stands_alone(view: &View<'_, '_>, record: &Record) -> bool {
    let tree = &view.page.tree;
    let head = record.head;
    let item = tree.raw_attr(head, "itemprop") == Some("comment")
        || tree.raw_attr(head, "itemtype").is_some_and(|kind| kind.ends_with("Comment"))
        || tree.raw_attr(head, "id").is_some_and(|id| id.ends_with(|c: char| c.is_ascii_digit()));
    item && named(tree, head, &COMMENT_WORDS)
}

impl Candidate {
    /// The records of `inner` as wide as these, which hold all of them but the first: an opening post may be marked up
    /// otherwise around its words.
    pub(super) fn opened(&self, view: &View<'_, '_>, anchors: &[Anchor], inner: &Self) -> Option<Self> {
        let tree = &view.page.tree;
        let (first, rest) = inner.records.split_first()?;
        let like = self.elements
            && inner.elements
            && rest.len() >= 3
            && self.records.len() == rest.len()
            && self.score * inner.records.len() as f64 >= 0.9 * inner.score * rest.len() as f64
            && first.span.end <= self.records[0].span.start
            && self
                .records
                .iter()
                .zip(rest)
                .all(|(outer, inner)| outer.node < inner.node && tree.contains(outer.node, inner.node));
        if !like {
            return None;
        }
        let levels = tree.node(rest[0].node).depth - tree.node(self.records[0].node).depth;
        let next = self.records[0].node;
        let above = tree.ancestors(first.node).take(usize::from(levels) + 1);
        let widest = above.take_while(|&id| !tree.contains(id, next)).last()?;
        let mut opened = self.clone();
        opened.records.insert(0, Record::elements(view, &[widest], None).pop()?);
        opened.deal(view, anchors);
        Some(opened)
    }

    /// Whether the markup itself calls nearly all of the records comments.
    pub(super) fn is_named(&self, view: &View<'_, '_>) -> bool {
        let named = |record: &&Record| named(&view.page.tree, record.head, &COMMENT_WORDS);
        self.records.iter().filter(named).count() * 10 > self.records.len() * 8
    }

    /// Whether the records of `some` are, nearly all, some of these, told from the others by a class such as `even` or
    /// `owner`, and the others part more of the text.
    pub(super) fn completes(&self, some: &Self) -> bool {
        let more = self.elements && self.records.len() > some.records.len() && self.score > MORE * some.score;
        more && {
            let all: HashSet<NodeId> = self.records.iter().map(|record| record.head).collect();
            let own = some.records.iter().filter(|record| all.contains(&record.head)).count();
            own * 4 >= some.records.len() * 3
        }
    }

    /// Whether each record of `inner` stands in a wider record of its own of this kind, or these are the same records
    /// and a few more.
    pub(super) fn wraps(&self, view: &View<'_, '_>, inner: &Self) -> bool {
        self.elements
            && inner.elements
            && self.records.len() >= inner.records.len()
            && self.score >= 0.97 * inner.score
            && {
                let more = self.records.len() > inner.records.len();
                let few = more && self.records.len() * 10 <= inner.records.len() * 11;
                let mut outer = self.records.iter();
                // Page order: each inner record in a later outer one than the record before it.
                inner.records.iter().all(|inner| {
                    outer.by_ref().find(|outer| outer.span.end > inner.span.start).is_some_and(|outer| {
                        (outer.node < inner.node || (few && outer.node == inner.node))
                            && view.page.tree.contains(outer.node, inner.node)
                    })
                })
            }
    }
}

/// How much more of the text all records of a kind part than some of them.
const MORE: f64 = 1.2;

/// Words in the classes and ids of posts and of lists of them.
const POST_WORDS: [&str; 13] = [
    "comment",
    "post",
    "reply",
    "replies",
    "message",
    "answer",
    "discuss",
    "kommentar",
    "coment",
    "respuesta",
    "opinion",
    "review",
    "msg",
];
/// Words in the classes and ids of nothing but comments.
const COMMENT_WORDS: [&str; 6] = ["comment", "kommentar", "coment", "respuesta", "reply", "reaction"];
/// Words in the classes of cards that lead elsewhere.
const CARD_WORDS: [&str; 12] = [
    "related",
    "recent",
    "widget",
    "sidebar",
    "teaser",
    "card",
    "promo",
    "popular",
    "trending",
    "recommend",
    "latest",
    "most-",
];
/// Words in the classes of an author's name.
const AUTHOR_WORDS: [&str; 10] =
    ["author", "user", "nick", "vcard", "poster", "member", "profile", "commenter", "name", "avatar"];
/// Words in the classes of the parts only posts have.
const REPLY_WORDS: [&str; 6] = ["comment", "reply", "postbody", "quote", "message", "signature"];

/// Whether the test holds of an element inside the record.
fn inside(view: &View<'_, '_>, record: &Record, test: impl Fn(NodeId) -> bool) -> bool {
    let tree = &view.page.tree;
    record.blocks.iter().take(40).any(|&block| {
        view.page
            .runs_of(&view.page.blocks[block as usize])
            .iter()
            .any(|run| tree.ancestors(run.node).take(6).take_while(|&id| id != record.node).any(&test))
    })
}
