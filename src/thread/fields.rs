//! What stands where in the records of an HTML page: time, author, body, quotes, notices.
//!
//! Records of one kind are built alike, so a place inside the record (see [`place`]) is judged by what stands
//! there in all of them: the time is the place that nearly every record fills with a time, the author the one
//! that holds a short and changing name, the body the elements that hold most of the rest.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::anchors::Anchor;
use super::elements::{Candidate, Record, cap};
use super::names;
use super::post::{Post, Role};
use super::tails;
use super::view::{Signature, View, named, place};
use super::words;
use crate::page::{Block, Display, NodeId, Range32, Run, Shape, Tag, Tree};
use crate::record::CommentKind;

/// Posts from the records of one kind; what each run is, goes into `roles`.
pub(super) fn posts(view: &View<'_, '_>, anchors: &[Anchor], found: &Candidate, roles: &mut [Role]) -> Vec<Post> {
    let records = &found.records;
    let times = times(view, anchors, records);
    let authors = Authors::of(view, anchors, records, &times);
    let body = Body::of(view, anchors, records, &times, &authors);
    let mut posts = Vec::with_capacity(records.len());
    for (number, record) in records.iter().enumerate() {
        let mut post = Post { blocks: record.blocks.clone(), anchor: times[number], ..Post::default() };
        post.author = authors.found[number].as_ref().map(|(name, _)| name.clone());
        let author = authors.found[number].as_ref().and_then(|(_, run)| *run);
        body.assign(view, anchors, record, author, &mut post, roles);
        identify(view, anchors, record, &mut post);
        posts.push(post);
    }
    posts
}

/// Leaves out what is of the kind but no post: records that merely wrap the others, lists elsewhere on the page that
/// are built otherwise, and records without a time that nothing shows to be a post.
pub(super) fn sift(view: &View<'_, '_>, anchors: &[Anchor], found: &mut Candidate) {
    let tree = &view.page.tree;
    // Where nesting is cut off, places no longer tell posts from others.
    if cap(tree).is_some() {
        return;
    }
    let times = times(view, anchors, &found.records);
    let key = |at: usize| {
        let record = &found.records[at];
        times[at].map(|time| place(tree, anchors[time as usize].node, record.node))
    };
    let keys: Vec<Option<u64>> = (0..found.records.len()).map(key).collect();
    let mut weights: HashMap<u64, (f64, usize)> = HashMap::new();
    for (key, record) in keys.iter().zip(&found.records) {
        if let Some(key) = key {
            let weight = weights.entry(*key).or_default();
            weight.0 += 1.0
                + record.blocks.iter().map(|&block| view.mass(block as usize..block as usize + 1)).sum::<f64>().sqrt();
            weight.1 += 1;
        }
    }
    let Some((&main, &(_, most))) = weights.iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0).then(a.0.cmp(b.0))) else {
        return;
    };
    let count = found.records.len();
    let dated = keys.iter().flatten().count();
    // Roots by parent: a list whose records are all built otherwise is another list.
    let mut roots: HashMap<NodeId, (usize, usize)> = HashMap::new();
    let mut root_of = vec![NodeId::ROOT; count];
    let mut open: Vec<usize> = Vec::new();
    let mut holds = vec![false; count];
    for (at, record) in found.records.iter().enumerate() {
        while open.last().is_some_and(|&top| found.records[top].span.end <= record.span.start) {
            open.pop();
        }
        if let Some(&top) = open.last() {
            holds[top] = true;
        }
        let first = open.first().map_or(record.head, |&root| found.records[root].head);
        root_of[at] = tree.node(first).parent;
        let tally = roots.entry(root_of[at]).or_default();
        tally.0 += 1;
        tally.1 += usize::from(keys[at] == Some(main));
        open.push(at);
    }
    let numbered =
        |record: &Record| tree.raw_attr(record.head, "id").is_some_and(|id| id.ends_with(|c: char| c.is_ascii_digit()));
    let numbers = found.records.iter().filter(|record| numbered(record)).count();
    let mut at = 0;
    found.records.retain(|record| {
        let this = at;
        at += 1;
        let usual = keys[this] == Some(main);
        if usual {
            return true;
        }
        if holds[this] && most * 2 > count {
            return keys[this].is_none() && is_gone(view, record);
        }
        if keys[this].is_none() && dated * 10 >= count * 6 {
            return is_gone(view, record) || (numbers * 10 >= count * 9 && numbered(record));
        }
        let (all, like) = roots.get(&root_of[this]).copied().unwrap_or((1, 1));
        !(roots.len() > 1 && like == 0 && (all <= most || count > 2 * all))
    });
}

/// Whether a record is what is left of a deleted post.
fn is_gone(view: &View<'_, '_>, record: &Record) -> bool {
    let tree = &view.page.tree;
    let bytes: usize = record.blocks.iter().map(|&block| view.text(block).len()).sum();
    bytes < 300
        && (named(tree, record.head, &["deleted", "removed", "tombstone"])
            || record.blocks.iter().any(|&block| view.wording(block).is_tombstone()))
}

/// Most times of one record that are looked at.
const TIMES: usize = 24;

/// The time of each record, as a place among the anchors.
fn times(view: &View<'_, '_>, anchors: &[Anchor], records: &[Record]) -> Vec<Option<u32>> {
    #[derive(Default)]
    struct Column {
        seen: u32,
        clocks: u32,
        rises: u32,
        falls: u32,
        hint: f64,
        last: Option<i64>,
        order: f64,
        record: u32,
    }
    let tree = &view.page.tree;
    let mut columns: HashMap<u64, Column> = HashMap::new();
    let mut keys: Vec<Vec<u64>> = Vec::with_capacity(records.len());
    for (number, record) in records.iter().enumerate() {
        let mut own = Vec::with_capacity(record.anchors.len());
        let mut seen_here: HashSet<u64> = HashSet::new();
        for (at, &anchor) in record.anchors.iter().take(TIMES).enumerate() {
            let anchor = &anchors[anchor as usize];
            let mut key = place(tree, anchor.node, record.node);
            // Two times in one place: the second is another column.
            while !seen_here.insert(key) {
                key = key.wrapping_add(1);
            }
            own.push(key);
            let column = columns.entry(key).or_default();
            if column.seen == 0 {
                column.hint = hint(view, anchor, record);
                column.record = number as u32;
            }
            column.seen += 1;
            column.order += at as f64;
            let when = anchor.when(None);
            if anchor.machine.is_some_and(|when| when.clock.is_some())
                || anchor.time.is_some_and(|time| match time {
                    crate::dates::Time::Absolute(when) => when.clock.is_some(),
                    crate::dates::Time::Relative(_) => true,
                })
            {
                column.clocks += 1;
            }
            if let Some(when) = when {
                let seconds = when.seconds();
                match column.last {
                    Some(last) if seconds >= last => column.rises += 1,
                    Some(_) => column.falls += 1,
                    None => {}
                }
                column.last = Some(seconds);
            }
        }
        keys.push(own);
    }
    let count = records.len().max(1) as f64;
    let worth = |column: &Column| {
        let seen = f64::from(column.seen);
        let moves = f64::from(column.rises + column.falls);
        let steady = if moves > 0.0 { f64::from(column.rises.max(column.falls)) / moves } else { 0.5 };
        2.0 * seen / count + 0.5 * f64::from(column.clocks) / seen + 1.2 * steady + column.hint
            - 0.15 * column.order / seen
    };
    let mut ranked: Vec<(u64, f64)> = columns.iter().map(|(&key, column)| (key, worth(column))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let rank: HashMap<u64, usize> = ranked.iter().enumerate().map(|(at, &(key, _))| (key, at)).collect();
    let Some(&(_, best)) = ranked.first() else { return vec![None; records.len()] };
    records
        .iter()
        .zip(&keys)
        .map(|(record, keys)| {
            let at = (0..keys.len()).min_by_key(|&at| rank[&keys[at]])?;
            // A record without the usual place may have a time elsewhere, but not just any date in its text.
            (ranked[rank[&keys[at]]].1 > best - 2.2).then(|| record.anchors[at])
        })
        .collect()
}

/// What names around a time say of it.
fn hint(view: &View<'_, '_>, anchor: &Anchor, record: &Record) -> f64 {
    let tree = &view.page.tree;
    let mut hint = 0.0;
    for id in tree.ancestors(anchor.node).take(5).take_while(|&id| id != record.node) {
        if named(tree, id, &["date", "time", "published", "posted", "permalink", "meta", "ago"])
            || tree.tag(id) == Tag::Time
        {
            hint = f64::max(hint, 0.4);
        }
        if named(
            tree,
            id,
            &["join", "regist", "since", "userinfo", "user_info", "edit", "modif", "signature", "birth", "lastvisit"],
        ) {
            hint -= 1.0;
        }
        if matches!(tree.tag(id), Tag::Blockquote) {
            hint -= 1.5;
        }
    }
    let before = &view.page.text[view.page.blocks[anchor.block as usize].text.start as usize..anchor.shown.start];
    let block = view.text(anchor.block);
    if block.len() > 300 && before.len() > 60 {
        hint -= 0.8;
    }
    hint
}

/// The author of each record with the run it stands in.
pub(super) struct Authors {
    pub(super) found: Vec<Option<(String, Option<u32>)>>,
}

/// Longest name in bytes, and what may stand around it in a line of its own.
const NAME: usize = 80;
const BESIDE_NAME: usize = 12;
/// The place of what stands first in a record, whatever is around it, and what speaks against its being the name.
const FIRST: u64 = 1;
const ANYWHERE: f64 = 0.4;
/// In how many records the markup around a place is looked at.
const HINTED: u32 = 4;
/// Least share of the records that have a place filled which may be the usual place of names.
const USUAL: f64 = 0.25;

impl Authors {
    fn of(view: &View<'_, '_>, anchors: &[Anchor], records: &[Record], times: &[Option<u32>]) -> Self {
        struct Column {
            seen: u32,
            record: u32,
            profiles: u32,
            hint: f64,
            chars: usize,
            digits: u32,
            distance: f64,
            order: f64,
            before: u32,
            values: BTreeMap<String, u32>,
        }
        let page = view.page;
        let tree = &page.tree;
        let mut columns: HashMap<u64, Column> = HashMap::new();
        let mut cells: Vec<Vec<(u64, u32, &str)>> = Vec::with_capacity(records.len());
        for (number, record) in records.iter().enumerate() {
            let mut own = Vec::new();
            let time = times[number].map(|at| anchors[at as usize].clone());
            let mut order = 0.0;
            for &block in record.blocks.iter().take(60) {
                let b = &page.blocks[block as usize];
                for (run_number, run) in (b.runs.start..b.runs.end).zip(page.runs_of(b)) {
                    let timed = time.as_ref().filter(|time| {
                        time.block == block
                            && (run.text.start as usize) < time.shown.end
                            && time.shown.start < run.text.end as usize
                    });
                    let text = match timed {
                        // The name may stand in one stretch with the time.
                        Some(time) => names::beside(page.run_text(run), run.text.start as usize, &time.shown),
                        None => page.run_text(run).trim(),
                    };
                    if text.is_empty() || text.len() > NAME || own.len() >= 48 {
                        continue;
                    }
                    if !text.chars().any(char::is_alphanumeric) {
                        continue;
                    }
                    order += 1.0;
                    // The number of the post may stand in an element like that of the name.
                    if timed.is_none() && names::is_ordinal(text) {
                        continue;
                    }
                    // A name may be coloured or bold for some: its link is its place.
                    let inner = || tree.ancestors(run.node).take(4).take_while(|&id| id > record.node);
                    let link = inner().find(|&id| tree.tag(id) == Tag::A);
                    let plain =
                        |&id: &NodeId| tree.node(id).display == Display::Inline && tree.raw_attr(id, "class").is_none();
                    let name = link.or_else(|| inner().find(|id| !plain(id))).unwrap_or(run.node);
                    let key = place(tree, name, record.node) ^ u64::from(timed.is_some());
                    // Names may stand first in posts that are built otherwise.
                    for key in [Some(key), (order < 1.5).then_some(FIRST)].into_iter().flatten() {
                        if own.iter().any(|&(k, _, _)| k == key) {
                            continue;
                        }
                        own.push((key, run_number, text));
                        let column = columns.entry(key).or_insert_with(|| Column {
                            seen: 0,
                            record: u32::MAX,
                            profiles: 0,
                            hint: f64::MIN,
                            chars: 0,
                            digits: 0,
                            distance: 0.0,
                            order: 0.0,
                            before: 0,
                            values: BTreeMap::new(),
                        });
                        if column.record == number as u32 {
                            continue;
                        }
                        column.record = number as u32;
                        if column.seen < HINTED {
                            column.hint = column.hint.max(author_hint(view, run, b, record));
                        }
                        column.seen += 1;
                        column.order += order;
                        column.profiles += u32::from(link.is_some_and(|link| is_own_profile(tree, link, text)));
                        column.chars += text.chars().count();
                        column.digits += u32::from(text.chars().filter(char::is_ascii_digit).count() * 2 > text.len());
                        if let Some(time) = &time {
                            column.distance += f64::from(time.block.abs_diff(block)).min(10.0);
                            column.before += u32::from(
                                time.block > block || (time.block == block && run.text.start < time.shown.start as u32),
                            );
                        }
                        *column.values.entry(text.to_owned()).or_insert(0) += 1;
                    }
                }
            }
            cells.push(own);
        }
        let count = records.len().max(1) as f64;
        let mentions = mentions(view, records);
        // The share of different values that names have here: few in a talk of two, all in a long list.
        let most_distinct = columns
            .values()
            .filter(|column| {
                f64::from(column.seen) > 0.6 * count && f64::from(column.digits) * 2.0 < f64::from(column.seen)
            })
            .map(|column| column.values.len() as f64 / f64::from(column.seen))
            .fold(0.2, f64::max)
            .min(0.6);
        let worth = |column: &Column| {
            let seen = f64::from(column.seen);
            let distinct = column.values.len() as f64 / seen;
            // Where names lead to the profiles of those names, one author may have written nearly all.
            let own = column.profiles * 2 > column.seen;
            let varied = (distinct / most_distinct).clamp(if own { 0.5 } else { 0.0 }, 1.0);
            let mean = column.chars as f64 / seen;
            let constant = column.seen >= 3 && column.values.len() == 1;
            let most = column.values.values().copied().max().map_or(0.0, f64::from) / seen;
            let ui = column.values.keys().take(20).filter(|value| words::is_action(value)).count() as f64
                / column.values.len().clamp(1, 20) as f64;
            let odd = column
                .values
                .keys()
                .take(20)
                .filter(|value| {
                    value.contains(['#', '%', '|']) || value.starts_with(['«', '(', '[', '-']) || value.ends_with(':')
                })
                .count() as f64
                / column.values.len().clamp(1, 20) as f64;
            // All of them may be guests of the same name, if the markup calls it a name.
            let same = match column.hint {
                _ if own => -0.5,
                hint if hint >= 1.0 || (hint >= 0.5 && !constant) => 0.0,
                hint if hint >= 0.5 => 0.5,
                _ if constant || (column.seen >= 4 && most > 0.8) => 2.5,
                _ => 0.0,
            };
            let called = column
                .values
                .keys()
                .take(64)
                .filter(|name| name.len() >= 3 && mentions.contains(name.as_str()))
                .count();
            let numbers = column.values.keys().filter(|value| names::is_ordinal(value)).count();
            if numbers * 5 > column.values.len() * 4 {
                return 0.0;
            }
            2.0 * (seen / count).min(1.0) + column.hint + 1.6 * varied + 0.5 * (called as f64).min(2.0)
                - same
                - odd
                - 1.5 * f64::from(column.digits) / seen
                - (mean - 18.0).max(0.0) / 12.0
                - 0.06 * column.distance / seen
                - 0.05 * (column.order / seen).min(12.0)
                + if column.order / seen <= 1.5 { 0.3 } else { 0.0 }
                - 1.5 * ui
        };
        let mut ranked: Vec<(u64, f64)> = columns
            .iter()
            .map(|(&key, column)| (key, worth(column) - if key == FIRST { ANYWHERE } else { 0.0 }))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let rank: HashMap<u64, usize> = ranked.iter().enumerate().map(|(at, &(key, _))| (key, at)).collect();
        let usual = |key: &u64| f64::from(columns[key].seen) >= USUAL * count;
        let best = ranked.iter().find(|(key, _)| usual(key)).or(ranked.first()).filter(|best| best.1 > 1.2);
        // How often each place is filled beside the best one, and how often with the same: a rank stands below names,
        // it does not replace them.
        let mut beside: HashMap<u64, (u32, u32)> = HashMap::new();
        let mut missing = 0.0;
        if let Some((best, _)) = best {
            for cells in &cells {
                let Some((_, _, name)) = cells.iter().find(|(key, _, _)| key == best) else {
                    missing += 1.0;
                    continue;
                };
                for (key, _, text) in cells {
                    let tally = beside.entry(*key).or_default();
                    tally.0 += 1;
                    tally.1 += u32::from(text == name);
                }
            }
        }
        // How well a place may hold the names of records that have none in the best place.
        let worth_instead = |key: &u64| -> Option<f64> {
            let (worth, seen) = (ranked[rank[key]].1, f64::from(columns[key].seen));
            match (best, beside.get(key)) {
                (Some((best, _)), _) if best == key => Some(worth),
                (_, Some(&(beside, same))) if f64::from(beside) > 0.2 * seen && same * 5 < beside * 4 => None,
                _ => Some(worth - 2.0 * (seen / count).min(1.0) + 2.0 * (seen / f64::max(missing, 1.0)).min(1.0)),
            }
        };
        let mut found = Vec::with_capacity(records.len());
        for (record, cells) in records.iter().zip(&cells) {
            let told = attribute(view, record);
            let cell = best.and_then(|&(_, best)| {
                cells
                    .iter()
                    .filter_map(|cell| Some((cell, worth_instead(&cell.0)?)))
                    .min_by_key(|(cell, _)| rank[&cell.0])
                    .filter(|&(_, worth)| worth > (best - 1.5).max(1.2))
                    .map(|(cell, _)| cell)
            });
            found.push(match (cell, told) {
                (_, Some(told)) => {
                    let run = cells
                        .iter()
                        .map(|&(_, run, _)| run)
                        .find(|&run| page.run_text(&page.runs[run as usize]).trim() == told);
                    Some((told, run))
                }
                (Some(&(_, run, text)), None) => Some((text.to_owned(), Some(run))),
                (None, None) => None,
            });
        }
        let mut authors = Self { found };
        authors.tidy();
        authors
    }

    /// Takes off the names what is no part of them.
    fn tidy(&mut self) {
        let shown: Vec<&str> = self.found.iter().flatten().map(|(name, _)| name.as_str()).collect();
        let (front, back) = names::affixes(&shown);
        for (name, _) in self.found.iter_mut().flatten() {
            *name = names::clean(name, front, back);
        }
        let names = || self.found.iter().flatten().map(|(name, _)| name);
        let spoken = names().filter(|name| words::speaker(name) != name.as_str()).count();
        if spoken * 2 > names().count() {
            for (name, _) in self.found.iter_mut().flatten() {
                *name = names::clean(words::speaker(name), 0, 0);
            }
        }
        names::unnumbered(self.found.iter_mut().flatten().map(|(name, _)| name));
        names::unplaced(self.found.iter_mut().flatten().map(|(name, _)| name));
        names::unsigned(self.found.iter_mut().flatten().map(|(name, _)| name));
        for found in &mut self.found {
            if found.as_ref().is_some_and(|(name, _)| name.is_empty()) {
                *found = None;
            }
        }
    }
}

/// Most lines and calls that are looked through for names.
const MENTIONS: usize = 400;

/// Lines that say whose words follow, and names called with an `@`: whoever is named there writes here too.
fn mentions(view: &View<'_, '_>, records: &[Record]) -> String {
    let mut all = String::new();
    let mut count = 0;
    for &block in records.iter().flat_map(|record| &record.blocks) {
        let text = view.text(block);
        if count >= MENTIONS {
            break;
        }
        if text.len() < 100 && text.trim_end().ends_with([':', '：', '↑']) {
            all.push_str(text);
            all.push('\n');
            count += 1;
        }
        for call in text.split_whitespace().filter(|word| word.len() > 3 && word.starts_with('@')).take(4) {
            all.push_str(call);
            all.push('\n');
            count += 1;
        }
    }
    all
}

/// What an attribute of the record says of its author.
fn attribute(view: &View<'_, '_>, record: &Record) -> Option<String> {
    let tree = &view.page.tree;
    if record.node != record.head {
        return None;
    }
    let inner = (record.head.0 + 1..tree.node(record.head).end.0.min(record.head.0 + 6)).map(NodeId);
    std::iter::once(record.head).chain(inner).find_map(|id| told_author(view, id))
}

/// What an attribute of an element says of the author.
fn told_author(view: &View<'_, '_>, id: NodeId) -> Option<String> {
    let tree = &view.page.tree;
    ["data-author", "author", "data-username", "data-user-name", "data-author-name"]
        .iter()
        .find_map(|name| tree.attr(id, name))
        .map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|value| !value.is_empty() && value.len() < NAME)
}

/// What the markup around a run says of its being a name.
fn author_hint(view: &View<'_, '_>, run: &Run, block: &Block, record: &Record) -> f64 {
    let tree = &view.page.tree;
    let mut called: f64 = 0.0;
    let mut hint: f64 = 0.0;
    for (level, id) in tree.ancestors(run.node).take(4).take_while(|&id| id != record.node).enumerate() {
        let far = level as f64 * 0.15;
        let node = tree.node(id);
        if named(
            tree,
            id,
            &["author", "username", "user-name", "nickname", "commenter", "poster", "fn", "screenname", "creator"],
        ) {
            called = called.max(1.4 - far);
        } else if named(tree, id, &["user", "nick", "name", "profile", "member", "vcard"]) {
            called = called.max(1.1 - far);
        }
        if named(
            tree,
            id,
            &[
                "title",
                "rank",
                "badge",
                "count",
                "location",
                "signature",
                "quote",
                "subject",
                "group",
                "role",
                "content",
                "reply",
            ],
        ) && level < 2
        {
            hint -= 0.8;
        }
        match node.tag {
            Tag::Cite | Tag::B | Tag::Strong | Tag::H4 | Tag::H5 | Tag::H3 if level < 2 => hint += 0.2,
            Tag::Blockquote => hint -= 1.5,
            Tag::Button | Tag::Label | Tag::Option | Tag::Textarea => hint -= 1.0,
            Tag::A if level < 3 => {
                hint += 0.15;
                if let Some(href) = tree.raw_attr(id, "href") {
                    let href = href.to_ascii_lowercase();
                    if PROFILES.iter().any(|word| href.contains(word)) {
                        hint += 0.8;
                    }
                    if href.starts_with('#')
                        || ["reply", "report", "quote", "share", "login"].iter().any(|word| href.contains(word))
                    {
                        hint -= 0.6;
                    }
                }
            }
            _ => {}
        }
    }
    if block.shape == Shape::Quote {
        hint -= 1.5;
    }
    if block.text.len() > 300 && run.text.start != block.text.start {
        hint -= 0.6;
    }
    called + hint
}

/// Words in the addresses of profiles.
const PROFILES: [&str; 8] = ["user", "member", "profil", "author", "/u/", "people", "account", "/id/"];

/// Whether a link leads to the profile of the name it shows: the address ends in that name.
fn is_own_profile(tree: &Tree<'_>, link: NodeId, name: &str) -> bool {
    let Some(href) = tree.raw_attr(link, "href").map(str::to_ascii_lowercase) else { return false };
    let last = href.trim_end_matches('/').rsplit(['/', '=']).next().unwrap_or_default();
    let mut name = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).peekable();
    PROFILES.iter().any(|word| href.contains(word))
        && name.peek().is_some()
        && name.eq(last.chars().filter(|c| c.is_alphanumeric()))
}

/// Which elements of the records hold the body.
struct Body {
    signature: Option<Signature>,
    /// Whether no class marks the body's elements: what stands between and beside them is the body's too.
    loose: bool,
    /// How many quotations stand around the body itself, as themes mark it up.
    quotes: usize,
    /// Hashes of texts that stand in most records alike.
    constant: HashSet<u64>,
}

/// The signature of text that stands right in an element of a kind, and not in an element inside it.
const fn direct(signature: Signature) -> Signature {
    signature ^ 0x0D14_EC70_0D14_EC70
}

/// The signature of text that stands in the record itself, in no element of its own.
const BARE: Signature = 0xBA2E;

/// What stands in elements of one signature, over all records.
#[derive(Default)]
struct Sum {
    record: u32,
    text: f64,
    meta: f64,
    worth: f64,
    seen: u32,
    level: f64,
    hint: f64,
    loose: bool,
}

impl Body {
    fn of(
        view: &View<'_, '_>,
        anchors: &[Anchor],
        records: &[Record],
        times: &[Option<u32>],
        authors: &Authors,
    ) -> Self {
        let page = view.page;
        let tree = &page.tree;
        let mut repeats: HashMap<u64, u32> = HashMap::new();
        for record in records {
            let mut own: Vec<u64> =
                record.blocks.iter().map(|&block| crate::bayes::hash(0, view.text(block).as_bytes())).collect();
            own.sort_unstable();
            own.dedup();
            for hash in own {
                *repeats.entry(hash).or_insert(0) += 1;
            }
        }
        let mut signed: HashMap<u64, (&str, bool)> = HashMap::new();
        for (record, author) in records.iter().zip(&authors.found) {
            let author = author.as_ref().map_or("", |(name, _)| name.as_str());
            for &block in &record.blocks {
                let text = view.text(block);
                if text.len() > 16 && !author.is_empty() {
                    let known = signed.entry(crate::bayes::hash(0, text.as_bytes()));
                    known.and_modify(|(name, again)| *again |= *name == author).or_insert((author, false));
                }
            }
        }
        let often = (records.len() as u32 * 4 / 5).max(3);
        let constant: HashSet<u64> =
            repeats.into_iter().filter(|&(_, seen)| seen >= often).map(|(hash, _)| hash).collect();
        let close = |sum: &mut Sum| {
            if sum.text > 0.0 {
                sum.worth += sum.text.min(4000.0).sqrt() - 1.5 * sum.meta.min(4000.0).sqrt();
                sum.seen += 1;
            }
            sum.text = 0.0;
            sum.meta = 0.0;
        };
        let mut sums: HashMap<Signature, Sum> = HashMap::new();
        let mut own = Vec::new();
        for (number, record) in records.iter().enumerate() {
            let number32 = number as u32;
            let time = times[number].map(|at| &anchors[at as usize]).filter(|time| time.is_shown());
            let time = time.map(|time| time.block);
            let author = authors.found[number].as_ref().and_then(|(_, run)| *run);
            for &block in &record.blocks {
                let b = &page.blocks[block as usize];
                let bytes = b.text.len() as f64;
                let is_time = time == Some(block) && bytes < 200.0;
                let is_author = author.is_some_and(|run| b.runs.range().contains(&(run as usize))) && bytes < 200.0;
                let is_constant = self::is_constant(view, block, &constant);
                let meta = is_time || is_author || is_constant || b.shape == Shape::Control;
                // The same words under the same name again are a signature.
                let again =
                    signed.get(&crate::bayes::hash(0, view.text(block).as_bytes())).is_some_and(|&(_, again)| again);
                let weight = if meta || again {
                    0.0
                } else {
                    f64::from(view.plain[block as usize]) * (0.4 + 0.6 * f64::from(view.comment(block as usize)))
                };
                let mut seen: Vec<Signature> = Vec::new();
                let mut add = |signature: Signature, level: usize, hint: f64, loose: bool| {
                    if seen.contains(&signature) {
                        return;
                    }
                    seen.push(signature);
                    let sum = sums.entry(signature).or_default();
                    if sum.record != number32 {
                        close(sum);
                        sum.record = number32;
                        sum.level += level as f64;
                        sum.hint = hint;
                        sum.loose = loose;
                    }
                    if is_time || is_author {
                        sum.meta += 60.0;
                    } else if meta {
                        sum.meta += bytes.min(4.0);
                    } else {
                        sum.text += weight;
                    }
                };
                for (level, id) in tree.ancestors(b.node).take(10).enumerate() {
                    if id == record.node || tree.contains(id, record.node) {
                        if level == 0 {
                            add(BARE, 9, 0.0, true);
                        }
                        break;
                    }
                    view.signatures(id, &mut own);
                    if named(tree, id, &["signature", "sigbox"]) {
                        break;
                    }
                    let own_classless = tree.raw_attr(id, "class").is_none() && tree.raw_attr(id, "itemprop").is_none();
                    let hint = f64::from(u8::from(named(tree, id, &BODY_WORDS)))
                        - 1.5 * f64::from(u8::from(named(tree, id, &META_WORDS)));
                    for &signature in &own {
                        add(signature, level, hint, own_classless);
                        if level == 0 {
                            add(direct(signature), 0, hint - 0.2, true);
                        }
                    }
                }
            }
        }
        for sum in sums.values_mut() {
            close(sum);
        }
        let worth = |sum: &Sum| sum.worth * (1.0 + 0.25 * sum.hint) + 0.001 * sum.level / f64::from(sum.seen.max(1));
        let best = |least: f64| {
            let seen = |sum: &Sum| f64::from(sum.seen) >= least * records.len() as f64 || records.len() < 3;
            sums.iter()
                .filter(|(_, sum)| seen(sum))
                .max_by(|(a, x), (b, y)| worth(x).total_cmp(&worth(y)).then(b.cmp(a)))
        };
        let usual = best(0.3);
        // Most posts may be folded up.
        let folded = || best(0.05).filter(|(_, sum)| worth(sum) > 0.0);
        let signature =
            usual.filter(|(_, sum)| worth(sum) > 0.0).or_else(folded).or(usual).map(|(&signature, _)| signature);
        let loose = signature.and_then(|signature| sums.get(&signature)).is_some_and(|sum| sum.loose);
        let mut body = Self { signature, loose, quotes: 0, constant };
        body.quotes = body.around(view, records);
        body
    }

    /// Whether an element with these signatures, so many levels above the text, holds the body.
    fn is_here(&self, own: &[Signature], level: usize) -> bool {
        self.signature.is_some_and(|body| own.iter().any(|&own| own == body || (level == 0 && direct(own) == body)))
    }

    /// The number of quotations around most words of the record in the middle.
    fn around(&self, view: &View<'_, '_>, records: &[Record]) -> usize {
        let tree = &view.page.tree;
        let mut own = Vec::new();
        let mut levels: Vec<usize> = Vec::new();
        for record in records {
            let mut mass = [0_usize; 8];
            for &block in &record.blocks {
                let b = &view.page.blocks[block as usize];
                let mut quotes = 0;
                let mut inside = false;
                for id in tree.ancestors(b.node).take(16).take_while(|&id| id != record.node) {
                    quotes += usize::from(is_quote(view, id));
                    view.signatures(id, &mut own);
                    inside |= self.is_here(&own, usize::from(id != b.node));
                }
                if inside || self.signature == Some(BARE) {
                    mass[quotes.min(7)] += b.text.len();
                }
            }
            levels.extend((0..8).rev().max_by_key(|&level| mass[level]).filter(|&level| mass[level] > 0));
        }
        levels.sort_unstable();
        levels.get(levels.len() / 2).copied().unwrap_or(0)
    }

    /// Says of each run of a record what it is.
    fn assign(
        &self,
        view: &View<'_, '_>,
        anchors: &[Anchor],
        record: &Record,
        author: Option<u32>,
        post: &mut Post,
        roles: &mut [Role],
    ) {
        let page = view.page;
        let tree = &page.tree;
        let time = post.anchor.map(|at| &anchors[at as usize]);
        // The same time again, below the words.
        let said = |anchor: &Anchor| &page.text[anchor.shown.clone()];
        let repeats = |anchor: &&Anchor| {
            time.is_some_and(|time| time.is_shown() && said(time) == said(anchor) && time.block != anchor.block)
                && anchor.shown.len() * 5 >= view.text(anchor.block).len() * 4
        };
        let again: Vec<u32> =
            record.anchors.iter().map(|&at| &anchors[at as usize]).filter(repeats).map(|anchor| anchor.block).collect();
        let mut own = Vec::new();
        let mut any = false;
        let mut kinds: Vec<(u32, bool, bool, bool)> = Vec::new();
        let mut memo: Option<(NodeId, bool, bool, bool)> = None;
        for &block in &record.blocks {
            let b = &page.blocks[block as usize];
            let (inside, quoted, dropped) = match memo {
                Some((node, inside, quoted, dropped)) if node == b.node => (inside, quoted, dropped),
                _ => {
                    let mut inside = false;
                    let mut quotes = 0;
                    let mut dropped = false;
                    for (level, id) in tree.ancestors(b.node).take(16).enumerate() {
                        if id == record.node || tree.contains(id, record.node) {
                            inside |= level == 0 && self.signature == Some(BARE);
                            break;
                        }
                        view.signatures(id, &mut own);
                        let here = self.is_here(&own, level);
                        quotes += usize::from(is_quote(view, id));
                        if !here && !inside {
                            dropped |= named(tree, id, &["signature", "edited", "lastedit", "postedit", "modified"])
                                || matches!(tree.tag(id), Tag::Button | Tag::Form);
                        }
                        inside |= here;
                    }
                    let quoted = quotes > self.quotes;
                    memo = Some((b.node, inside, quoted, dropped));
                    (inside, quoted, dropped)
                }
            };
            let is_time = (time.is_some_and(|time| time.block == block && time.is_shown()) && b.text.len() < 200)
                || again.contains(&block);
            let mut beside = false;
            // A body without a class of its own takes in whatever stands beside it.
            if self.loose {
                let wording = view.wording(block);
                let holds_name = author.is_some_and(|run| b.runs.range().contains(&(run as usize)));
                let is_name =
                    holds_name && post.author.as_ref().is_some_and(|name| b.text.len() < name.len() + BESIDE_NAME);
                let named_beside = view.is_beside(block as usize);
                let action = wording.is_action();
                beside = is_name || named_beside || action;
                let bar = is_time
                    || dropped
                    || named_beside
                    || b.shape == Shape::Control
                    || is_constant(view, block, &self.constant)
                    || action
                    || wording.is_actions()
                    || wording.is_edited_line()
                    || wording.is_member_line()
                    || holds_name;
                kinds.push((block, inside, bar, quoted));
            }
            let role = if !inside
                || dropped
                || is_time
                || beside
                || b.shape == Shape::Control
                || is_constant(view, block, &self.constant)
            {
                Role::Meta
            } else if quoted {
                Role::Quote
            } else {
                any |= !b.text.is_empty();
                Role::Text
            };
            roles[b.runs.range()].fill(role);
            // A name or a time inside a block of words is no part of them.
            if role == Role::Text {
                for (at, run) in b.runs.range().zip(page.runs_of(b)) {
                    let at_time = time.is_some_and(|time| {
                        time.block == block
                            && (run.text.start as usize) < time.shown.end
                            && time.shown.start < run.text.end as usize
                            && page.run_text(run).len() < time.shown.len() + 16
                    });
                    if at_time {
                        roles[at] = Role::Meta;
                    }
                }
            }
        }
        if self.loose {
            any |= spread(view, &kinds, roles);
        }
        // Counts of votes below the words.
        for &block in record.blocks.iter().rev() {
            let b = &page.blocks[block as usize];
            let of = roles[b.runs.range()].first().copied();
            let counts = b.text.len() < 8 && !view.text(block).chars().any(char::is_alphabetic);
            if of == Some(Role::Text) && any && record.blocks.first() != Some(&block) {
                if !counts || b.text.is_empty() {
                    break;
                }
                roles[b.runs.range()].fill(Role::Meta);
            }
        }
        let of_words = |&&block: &&u32| roles[page.blocks[block as usize].runs.range()].first() == Some(&Role::Text);
        let own: Vec<u32> = record.blocks.iter().filter(of_words).copied().collect();
        let own = attributed(view, &own, roles);
        let said: Vec<&str> = own.iter().map(|&block| view.text(block)).collect();
        for &block in &own[tails::tail(&said).unwrap_or(own.len())..] {
            roles[page.blocks[block as usize].runs.range()].fill(Role::Meta);
        }
        if !any {
            notice(view, record, post, roles);
        }
    }
}

/// Takes those blocks out of a post's words that stand below "X wrote:" in an element with it, and that line: a box
/// that nothing but its first words tells to be a quotation.
fn attributed(view: &View<'_, '_>, words: &[u32], roles: &mut [Role]) -> Vec<u32> {
    let page = view.page;
    let within = |range: &Range32, block: u32| range.range().contains(&(block as usize));
    let mut kept = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(&block) = words.get(at) {
        let text = view.text(block);
        let of_box =
            words.get(at + 1).filter(|_| text.len() <= ATTRIBUTION && words::is_attributed(text)).and_then(|&next| {
                let mut above =
                    page.tree.ancestors(page.blocks[block as usize].node).take(6).map(|id| page.tree.node(id).blocks);
                above.find(|blocks| within(blocks, next))
            });
        let of_all = |of_box: &Range32| within(of_box, words[0]) && within(of_box, words[words.len() - 1]);
        let Some(of_box) = of_box.filter(|of_box| !of_all(of_box)) else {
            kept.push(block);
            at += 1;
            continue;
        };
        while kept.last().is_some_and(|&before| within(&of_box, before)) {
            at -= 1;
            kept.pop();
        }
        while let Some(&quoted) = words.get(at).filter(|&&word| within(&of_box, word)) {
            roles[page.blocks[quoted as usize].runs.range()].fill(Role::Quote);
            at += 1;
        }
    }
    kept
}

/// Lets a body without a class of its own grow over its neighbours: whatever stands between its first and its last
/// block, and words beside it, up to a time, a name or a button. Of each block: its number, whether it is of the
/// body, whether it is a bar, whether it is quoted.
fn spread(view: &View<'_, '_>, kinds: &[(u32, bool, bool, bool)], roles: &mut [Role]) -> bool {
    let page = view.page;
    let wordy = |block: u32| {
        view.comment(block as usize) >= 0.4 || (view.plain[block as usize] > 60.0 && view.comment(block as usize) > 0.1)
    };
    let held = |&(_, inside, bar, _): &(u32, bool, bool, bool)| inside && !bar;
    let (mut from, mut to) = if let (Some(from), Some(to)) = (kinds.iter().position(held), kinds.iter().rposition(held))
    {
        (from, to + 1)
    } else {
        // Nothing of the usual kind: the words after the last bar before them.
        let Some(first) = kinds.iter().position(|&(block, _, bar, _)| !bar && wordy(block)) else { return false };
        (first, first + 1)
    };
    // What stands right in the same classed element belongs together, whatever its words.
    let home = |block: u32| {
        page.tree.ancestors(page.blocks[block as usize].node).find(|&id| page.tree.raw_attr(id, "class").is_some())
    };
    let near = home(kinds[from].0);
    let wordy = |block: u32| wordy(block) || (near.is_some() && home(block) == near);
    while from > 0 && !kinds[from - 1].2 && wordy(kinds[from - 1].0) {
        from -= 1;
    }
    while to < kinds.len() && !kinds[to].2 && wordy(kinds[to].0) {
        to += 1;
    }
    let mut any = false;
    for &(block, _, bar, quoted) in &kinds[from..to] {
        if !bar {
            roles[page.blocks[block as usize].runs.range()].fill(if quoted { Role::Quote } else { Role::Text });
            any |= !quoted;
        }
    }
    any
}

/// Longest line in bytes that says whose words follow.
const ATTRIBUTION: usize = 100;
/// Words in the classes of a body.
const BODY_WORDS: [&str; 6] = ["content", "body", "text", "message", "comment-c", "bbcode"];
/// Words in the classes of what is no body.
const META_WORDS: [&str; 8] = ["author", "meta", "signature", "footer", "action", "user", "profile", "avatar"];

fn is_constant(view: &View<'_, '_>, block: u32, constant: &HashSet<u64>) -> bool {
    let text = view.text(block);
    text.len() < 120 && constant.contains(&crate::bayes::hash(0, text.as_bytes()))
}

/// Whether an element holds words of others.
fn is_quote(view: &View<'_, '_>, id: NodeId) -> bool {
    let tree = &view.page.tree;
    tree.tag(id) == Tag::Blockquote
        || tree.raw_attr(id, "class").is_some_and(|classes| {
            classes.split_ascii_whitespace().any(|class| {
                let class = class.to_ascii_lowercase();
                class.contains("quote")
                    && !["select", "quick", "button", "link", "multi", "js-", "can"]
                        .iter()
                        .any(|word| class.contains(word))
            })
        })
}

/// A record without words of its own: what stands in their place, if it is a notice.
fn notice(view: &View<'_, '_>, record: &Record, post: &mut Post, roles: &mut [Role]) {
    let tree = &view.page.tree;
    let classed = record.node == record.head && named(tree, record.head, &["deleted", "removed", "tombstone"]);
    let short: usize = record.blocks.iter().map(|&block| view.text(block).len()).sum();
    for &block in &record.blocks {
        let b = &view.page.blocks[block as usize];
        let text = view.text(block);
        if text.is_empty() || b.runs.is_empty() {
            continue;
        }
        if view.wording(block).is_tombstone()
            || view.is_notice(block as usize)
            || (classed && short < 200 && post.author.is_none())
        {
            roles[b.runs.range()].fill(Role::Notice);
            post.deleted = true;
            return;
        }
    }
    if classed {
        post.deleted = true;
    }
}

/// Kind, id and permalink.
fn identify(view: &View<'_, '_>, anchors: &[Anchor], record: &Record, post: &mut Post) {
    let tree = &view.page.tree;
    post.kind = if named(tree, record.head, &["pingback", "trackback"]) {
        Some(CommentKind::Pingback)
    } else if named(tree, record.head, &["answer"]) && !named(tree, record.head, &["comment"]) {
        Some(CommentKind::Answer)
    } else {
        None
    };
    post.id = ["id", "data-id", "data-comment-id", "data-post-id", "data-content", "name"].iter().find_map(|name| {
        let raw = tree.raw_attr(record.head, name)?;
        let digits = raw.trim_end_matches(|c: char| !c.is_ascii_digit());
        let start = digits.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
        (digits.len() > start && digits.len() == raw.len()).then(|| digits[start..].to_owned())
    });
    if let Some(anchor) = post.anchor.map(|at| &anchors[at as usize]) {
        post.permalink = tree
            .ancestors(anchor.node)
            .take(4)
            .take_while(|&id| id != record.node)
            .find(|&id| tree.tag(id) == Tag::A)
            .and_then(|id| tree.attr(id, "href"))
            .filter(|href| href.len() < 2000 && !href.starts_with("javascript"))
            .map(std::borrow::Cow::into_owned);
    }
}
