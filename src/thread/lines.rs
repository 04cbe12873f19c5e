//! Posts of a text dump, from its lines alone.
//!
//! Posts follow one another in one pattern: so many lines of author, time, rank and counts, words, then buttons.
//! The pattern hangs on a pivot, a line that each post has once: its time, or a label such as `Joined:`. Pivots are
//! tried one after the other (see [`super::pattern`]); the best one parts the most of what may be comments' words.

use std::collections::{HashMap, HashSet};

use super::anchors::Anchor;
use super::bylines;
use super::pattern::Pattern;
use super::post::{Post, Role};
use super::tails;
use super::view::View;
use super::words;
use crate::bayes::hash;
use crate::dates::Time;
use crate::lexicon::{Class, Lexicon};
use crate::page::Shape;

/// The posts found, and whether their nesting shows.
pub(super) struct Found {
    pub(super) posts: Vec<Post>,
    pub(super) nested: bool,
}

/// Longest line that can carry a time and an author.
pub(super) const LINE: usize = 160;
/// Longest line of a frame.
pub(super) const SHORT: usize = 90;
/// Least probability at which a line counts as a comment's own words.
pub(super) const SURE: f32 = 0.5;
/// Least probability at which a line of some length may be one.
pub(super) const HEARD: f32 = 0.15;
/// Most lines without words of comments inside a thread.
const QUIET: u32 = 16;
/// So many posts in a row without words are the end of a thread, and so many where most may be folded up.
const SILENT: usize = 3;
const SILENT_IF_FOLDED: usize = 48;
/// The mask of a line that is a time.
const TIME: u64 = 0x71AE;

/// The mask of a line that is a marker alone.
const EMPTY: u64 = 0xE397;
/// The mask of a line that says whether somebody is online.
const PRESENCE: u64 = 0x0FF1;

/// Most lines at the end of a post that are of its frame below a label, and longest such label.
const ENDING: u32 = 10;
const LABEL: usize = 32;

/// How often a line stands in a dump that is no sentence of a post.
const AGAIN: usize = 3;

/// What a line looks like once numbers are out of view.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// The words, of those that hold digits the letters; 0 for long lines.
    pub(super) mask: u64,
    /// The first of several words; 0 of one.
    pub(super) first: u64,
    /// Short and without the end of a sentence.
    pub(super) short: bool,
    /// Wholly the words of a button.
    pub(super) action: bool,
    /// A button to answer a post.
    pub(super) reply: bool,
    /// A notice in place of a post.
    pub(super) gone: bool,
    /// About a member: joined, posts, location, or whether he is online.
    pub(super) member: bool,
    /// The same, presence alone left out.
    pub(super) profile: bool,
    /// The name of what the next line tells about a member: `Joined:`.
    pub(super) label: bool,
    /// Bytes of its text.
    pub(super) bytes: u32,
    /// Probability of being a comment's own words.
    pub(super) comment: f32,
}

/// How the lines with a time are written, by line: a hash of the words around it, and whether it tells the hour.
type Forms = HashMap<u32, (u64, u8)>;

/// A dump with its lines measured.
pub(super) struct Reader<'v, 'p, 's> {
    pub(super) view: &'v View<'p, 's>,
    pub(super) anchors: &'v [Anchor],
    pub(super) lines: Vec<Line>,
    pub(super) forms: Forms,
}

/// Whether any line may be a comment's own words, or stands in their place: posts are looked for only around those.
pub(super) fn is_heard(view: &View<'_, '_>) -> bool {
    (0..view.page.blocks.len()).any(|block| {
        let (comment, bytes) = (view.comment(block), view.text(block as u32).len());
        may_speak(comment, bytes as u32) || view.wording(block as u32).is_tombstone()
    })
}

/// Whether a line may be a comment's own words.
fn may_speak(comment: f32, bytes: u32) -> bool {
    comment >= SURE && bytes > 1 || comment >= HEARD && bytes >= 20
}

/// The posts of a dump of which something [is heard](is_heard); what each run is, goes into `roles`.
pub(super) fn posts(view: &View<'_, '_>, anchors: &[Anchor], roles: &mut [Role]) -> Option<Found> {
    let mut reader = Reader::new(view, anchors);
    let mut found: Vec<(f64, Pattern)> = Vec::new();
    let (groups, forms) = reader.groups();
    reader.forms = forms;
    for group in groups {
        let mut runs = reader.runs(&group, SILENT);
        runs.extend(reader.runs(&group, SILENT_IF_FOLDED));
        runs.sort();
        runs.dedup();
        for run in runs {
            let Some(pattern) = Pattern::learn(&reader, run) else { continue };
            found.push((pattern.worth(&reader), pattern));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.pivots.cmp(&b.1.pivots)));
    found.dedup_by(|a, b| a.1.pivots == b.1.pivots);
    found.truncate(3);
    let reversed: Vec<Pattern> =
        found.iter().flat_map(|(_, pattern)| [pattern.reversed(&reader), pattern.ending(&reader)]).flatten().collect();
    found.extend(reversed.into_iter().map(|pattern| (pattern.worth(&reader), pattern)));
    let mut others: Vec<Vec<u32>> =
        found.iter().flat_map(|(_, pattern)| reader.pivots_beside(&pattern.pivots)).collect();
    others.sort();
    others.dedup();
    for pivots in others {
        if let Some(pattern) = Pattern::learn(&reader, pivots) {
            found.push((pattern.worth(&reader), pattern));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.pivots.cmp(&b.1.pivots)));
    let (worth, pattern) = found.into_iter().next()?;
    (worth > 0.0).then(|| reader.build(&pattern, roles))
}

impl<'v, 'p, 's> Reader<'v, 'p, 's> {
    fn new(view: &'v View<'p, 's>, anchors: &'v [Anchor]) -> Self {
        let mut lines: Vec<Line> = (0..view.page.blocks.len() as u32).map(|block| measure(view, block)).collect();
        for anchor in anchors {
            let line = &mut lines[anchor.block as usize];
            if anchor.shown.len() as u32 * 5 >= line.bytes * 4 {
                line.mask = TIME;
            }
        }
        // What stands again and again is of the frame, even if it reads as a sentence: "Re: What is it?"
        let mut again: HashMap<&str, Vec<u32>> = HashMap::new();
        for (line, block) in lines.iter().zip(0..) {
            if !line.short && line.bytes > 0 && line.bytes as usize <= SHORT && line.comment < SURE {
                again.entry(view.text(block)).or_default().push(block);
            }
        }
        for block in again.into_values().filter(|same| same.len() >= AGAIN).flatten() {
            lines[block as usize].short = true;
        }
        Self { view, anchors, lines, forms: HashMap::new() }
    }

    /// A line's text.
    pub(super) fn text(&self, block: u32) -> &'p str {
        self.view.text(block)
    }

    /// What stands before and after a time in its line.
    pub(super) fn around(&self, time: u32) -> (&str, &str) {
        let anchor = &self.anchors[time as usize];
        let block = &self.view.page.blocks[anchor.block as usize];
        let text = &self.view.page.text;
        (
            text[block.text.start as usize..anchor.shown.start].trim(),
            text[anchor.shown.end..block.text.end as usize].trim(),
        )
    }

    /// Lines with a time by how they are written.
    fn groups(&self) -> (Vec<Vec<u32>>, Forms) {
        let mut forms = Forms::new();
        let mut befores: HashMap<&str, u32> = HashMap::new();
        let mut labels: HashMap<u64, u32> = HashMap::new();
        let mut shapes: Vec<(u32, u32, &str, &str)> = Vec::new();
        let mut last = u32::MAX;
        for (time, anchor) in self.anchors.iter().enumerate() {
            let block = anchor.block;
            if self.text(block).len() > LINE || block == last {
                continue;
            }
            last = block;
            let (before, after) = self.around(time as u32);
            *befores.entry(before.split_whitespace().next_back().unwrap_or_default()).or_insert(0) += 1;
            if let Some(label) = self.label_above(block, before) {
                *labels.entry(label).or_insert(0) += 1;
            }
            shapes.push((time as u32, block, before, after));
        }
        let mut groups: HashMap<u64, Vec<u32>> = HashMap::new();
        let many = (shapes.len() as u32 / 5).max(3);
        for &(time, block, before, after) in &shapes {
            let word = before.split_whitespace().next_back().unwrap_or_default();
            let known = word.is_empty()
                || (befores.get(word).is_some_and(|&seen| seen >= many) && word.chars().all(char::is_alphabetic))
                || !word.chars().any(char::is_alphanumeric);
            let key = match self.label_above(block, before).filter(|label| labels[label] >= many) {
                Some(label) => hash(4, &label.to_le_bytes()),
                None => hash(1, if known { word.as_bytes() } else { b"*" }),
            };
            let tail = match after.chars().next() {
                None => 0,
                Some('#') => 1,
                Some(c) if c.is_alphanumeric() => 2,
                Some(_) => 3,
            };
            let clock = if self.is_aside(time, before) { 4 } else { self.has_clock(time) };
            forms.insert(block, (hash(key, &[9, clock]), clock));
            groups.entry(hash(key, &[tail, clock])).or_default().push(block);
            // The same without a look at what follows: some posts carry a badge or an "edited" there.
            groups.entry(hash(key, &[9, clock])).or_default().push(block);
            groups.entry(hash(key, &[9, 9])).or_default().push(block);
            groups.entry(hash(2, &[9, clock])).or_default().push(block);
        }
        // Lines that say who speaks.
        let says: Vec<u32> = (0..self.lines.len() as u32)
            .filter(|&block| self.text(block).len() <= SHORT && words::says(self.text(block)))
            .collect();
        if says.len() > 1 {
            groups.insert(0, says);
        }
        groups.extend(self.numbered().map(|series| (1, series)));
        // Whatever is written around them, as long as the line is short.
        let all: Vec<u32> = shapes.iter().map(|&(_, block, ..)| block).collect();
        let of_posts: Vec<u32> =
            shapes.iter().map(|&(_, block, ..)| block).filter(|block| forms[block].1 != 4).collect();
        let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
        let firsts: Vec<Vec<u32>> =
            groups.iter().chain([&all, &of_posts]).filter_map(|group| self.firsts(group)).collect();
        groups.extend(firsts);
        groups.push(all);
        groups.push(of_posts);
        groups.sort();
        groups.dedup();
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        groups.truncate(24);
        (groups, forms)
    }

    /// The number of a post that a line tells: 12 of `#12`.
    pub(super) fn number(&self, block: u32) -> Option<i64> {
        let (_, rest) = Some(self.text(block)).filter(|text| text.len() <= LINE)?.split_once('#')?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse().ok()
    }

    /// The longest series of short lines of which each tells a number one more than the one before.
    fn numbered(&self) -> Option<Vec<u32>> {
        let mut best: &[(u32, i64)] = &[];
        let numbers: Vec<(u32, i64)> = (0..self.lines.len() as u32)
            .filter(|&block| self.lines[block as usize].short)
            .filter_map(|block| Some((block, self.number(block)?)))
            .collect();
        for series in numbers.chunk_by(|a, b| b.1 == a.1 + 1) {
            if series.len() > best.len() {
                best = series;
            }
        }
        (best.len() >= AGAIN).then(|| best.iter().map(|&(block, _)| block).collect())
    }

    /// The mask of the label in the line above a time that begins its own: it says what it is the time of.
    fn label_above(&self, block: u32, before: &str) -> Option<u64> {
        let above = block.checked_sub(1).filter(|_| before.is_empty())?;
        let line = &self.lines[above as usize];
        (line.label && self.text(above).ends_with([':', '：'])).then_some(line.mask)
    }

    /// Whether a time may be of something else than a post: a member's joining, an edit.
    fn is_aside(&self, time: u32, before: &str) -> bool {
        let block = self.anchors[time as usize].block;
        let line = &self.lines[block as usize];
        let above = block.checked_sub(1).map(|above| &self.lines[above as usize]);
        (line.member && self.has_clock(time) == 0)
            || (before.is_empty() && above.is_some_and(|above| above.label && above.member))
            || (!before.is_empty() && before.len() < 60 && words::tells_of_edit(before))
    }

    /// The lines of a group without those that merely say again what the one before says, below the same words.
    fn firsts(&self, group: &[u32]) -> Option<Vec<u32>> {
        let shown = |block: u32| {
            let at = self.anchors.partition_point(|anchor| anchor.block < block);
            self.anchors.get(at).map(|anchor| &self.view.page.text[anchor.shown.clone()])
        };
        let mut firsts: Vec<u32> = Vec::new();
        let mut again = false;
        for &block in group {
            again = !again && firsts.last().is_some_and(|&last| block - last > 1 && shown(last) == shown(block));
            if !again {
                firsts.push(block);
            }
        }
        (firsts.len() * 10 <= group.len() * 7 && firsts.len() > 1).then_some(firsts)
    }

    /// Whether a time says since when somebody is a member.
    pub(super) fn tells_of_member(&self, time: u32) -> bool {
        let block = self.anchors[time as usize].block;
        let label_above = || {
            block.checked_sub(1).is_some_and(|above| {
                let line = &self.lines[above as usize];
                line.label && line.member && self.text(above).ends_with([':', '：'])
            })
        };
        self.has_clock(time) == 0 && (self.lines[block as usize].member || label_above())
    }

    /// 1 where a time tells the hour, or how long ago.
    pub(super) fn has_clock(&self, time: u32) -> u8 {
        match self.anchors[time as usize].time {
            Some(Time::Absolute(when)) => u8::from(when.clock.is_some()),
            // "Yesterday" and the like are also plain words.
            _ => u8::from(
                self.view.page.text[self.anchors[time as usize].shown.clone()].bytes().any(|b| b.is_ascii_digit()),
            ),
        }
    }

    /// Whether words of a comment follow soon after a line, or some words and a button to answer them.
    fn speaks(&self, from: u32, to: u32) -> bool {
        let to = to.min(from + 30);
        let mut worded = false;
        (from + 1..to).any(|block| {
            let line = &self.lines[block as usize];
            let answered = worded && line.reply;
            worded |= !line.action && !line.member && line.bytes > 0;
            answered || !line.action && (may_speak(line.comment, line.bytes) || line.gone)
        })
    }

    /// The longest stretch of lines between two that hold no words of comments.
    fn quiet(&self, from: u32, to: u32) -> u32 {
        let (mut most, mut now) = (0, 0);
        for block in from + 1..to {
            now = if self.lines[block as usize].comment < 0.25 { now + 1 } else { 0 };
            most = most.max(now);
        }
        most
    }

    /// The stretches of a group in which words of comments follow the lines, all but so many in a row.
    fn runs(&self, group: &[u32], most_silent: usize) -> Vec<Vec<u32>> {
        let group = self.alike(group);
        let count = self.lines.len() as u32;
        let gap = median(group.windows(2).map(|pair| pair[1] - pair[0]));
        let mut runs = Vec::new();
        let mut run: Vec<u32> = Vec::new();
        let mut silent = 0;
        for (at, &block) in group.iter().enumerate() {
            let next = group.get(at + 1).copied().unwrap_or(count);
            let speaks = self.speaks(block, next);
            // A long stretch of other matter parts two lists.
            if at > 0 && !run.is_empty() && block - group[at - 1] > 2 * gap && self.quiet(group[at - 1], block) > QUIET
            {
                run.truncate(run.len().saturating_sub(silent));
                if !run.is_empty() {
                    runs.push(std::mem::take(&mut run));
                }
                silent = 0;
            }
            silent = if speaks { 0 } else { silent + 1 };
            if speaks || !run.is_empty() {
                run.push(block);
            }
            if silent >= most_silent {
                run.truncate(run.len().saturating_sub(silent));
                if !run.is_empty() {
                    runs.push(std::mem::take(&mut run));
                }
                run.clear();
            }
        }
        if silent > 1 {
            run.truncate(run.len().saturating_sub(silent));
        }
        if !run.is_empty() {
            runs.push(run);
        }
        runs.truncate(8);
        runs
    }

    /// The lines of a group whose neighbours are like those of the others, where the others have such neighbours,
    /// and those written in the form of several of them.
    fn alike(&self, group: &[u32]) -> Vec<u32> {
        const NEAR: i64 = 4;
        if group.len() < 4 {
            return group.to_vec();
        }
        let mut expected: Vec<(i64, u64, usize)> = Vec::new();
        for distance in (-NEAR..=NEAR).filter(|&distance| distance != 0) {
            let mut masks: HashMap<u64, usize> = HashMap::new();
            for &block in group {
                if let Some(line) = self.line(i64::from(block) + distance).filter(|line| line.short && line.mask != 0) {
                    *masks.entry(line.mask).or_insert(0) += 1;
                }
            }
            if let Some((&mask, &seen)) =
                masks.iter().filter(|&(_, &seen)| seen * 2 >= group.len()).max_by_key(|&(&mask, &seen)| (seen, mask))
            {
                expected.push((distance, mask, seen));
            }
        }
        // One neighbour alone must be that of nearly all.
        if expected.len() < 2 && expected.first().is_none_or(|&(_, _, seen)| seen * 10 < group.len() * 8) {
            return group.to_vec();
        }
        let like = |block: u32| {
            expected
                .iter()
                .filter(|&&(distance, mask, _)| {
                    self.line(i64::from(block) + distance).is_some_and(|line| line.mask == mask)
                })
                .count()
        };
        let is_like = |block: u32| like(block) * 3 >= expected.len();
        let mut usual: HashMap<(u64, u8), usize> = HashMap::new();
        for form in group.iter().filter(|&&block| is_like(block)).filter_map(|block| self.forms.get(block)) {
            *usual.entry(*form).or_insert(0) += 1;
        }
        let is_usual = |block| self.forms.get(&block).and_then(|form| usual.get(form)).is_some_and(|&seen| seen >= 3);
        group.iter().copied().filter(|&block| is_like(block) || is_usual(block)).collect()
    }

    /// The line at a place, where there is one.
    pub(super) fn line(&self, place: i64) -> Option<&Line> {
        usize::try_from(place).ok().and_then(|place| self.lines.get(place))
    }

    /// Other lines that stand once between each two of the pivots: labels, buttons, other times.
    fn pivots_beside(&self, pivots: &[u32]) -> Vec<Vec<u32>> {
        if pivots.len() < 3 {
            return Vec::new();
        }
        let gap = median(pivots.windows(2).map(|pair| pair[1] - pair[0]));
        let mut once: HashMap<u64, (usize, usize)> = HashMap::new();
        let mut own: HashMap<u64, usize> = HashMap::new();
        for pair in pivots.windows(2) {
            own.clear();
            for block in pair[0] + 1..pair[1].min(pair[0] + 400) {
                let line = &self.lines[block as usize];
                if line.short && line.mask != 0 && line.bytes > 1 {
                    *own.entry(line.mask).or_insert(0) += 1;
                }
            }
            for (&mask, &count) in &own {
                let tally = once.entry(mask).or_default();
                tally.0 += 1;
                tally.1 += usize::from(count == 1);
            }
        }
        let segments = pivots.len() - 1;
        let mut masks: Vec<u64> = once
            .into_iter()
            .filter(|&(_, (seen, single))| single * 10 >= segments * 8 && seen >= 2)
            .map(|(mask, _)| mask)
            .collect();
        masks.sort_unstable();
        masks.truncate(16);
        let longest = pivots.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(gap);
        let first = pivots[0].saturating_sub(longest.max(2 * gap));
        let last = (pivots[pivots.len() - 1] + 2 * gap).min(self.lines.len() as u32);
        masks
            .into_iter()
            .map(|mask| (first..last).filter(|&block| self.lines[block as usize].mask == mask).collect())
            .filter(|blocks: &Vec<u32>| blocks.len() >= 2)
            .collect()
    }

    fn build(&self, pattern: &Pattern, roles: &mut [Role]) -> Found {
        let page = self.view.page;
        let times = bylines::times(self, pattern);
        let authors = bylines::authors(self, pattern, &times);
        let count = pattern.pivots.len();
        let signed = self.signed(pattern, &authors);
        let level = self.quote_level(pattern);
        let endings = self.endings(pattern);
        let mut posts: Vec<Post> = Vec::with_capacity(count);
        let mut levels: Vec<u16> = Vec::new();
        let numbered =
            (0..count).filter(|&at| page.blocks[pattern.start(at) as usize].number.is_some()).count() * 10 >= count * 7;
        for at in 0..count {
            let (start, end) = (pattern.start(at), pattern.end(at));
            let pivot = pattern.pivots[at];
            let (author, author_name) = authors[at].clone();
            let mut post = Post { anchor: times[at], author, author_name, ..Post::default() };
            post.blocks.extend(start..end);
            let time = times[at].map(|time| self.anchors[time as usize].block);
            let mut words = pattern.words(at);
            // A time right below the frame is of the frame.
            if let Some(time) = time.filter(|&time| time == words) {
                words = time + 1;
            }
            // So is a name that is printed again.
            while let Some(name) = &post.author
                && words + 1 < end
                && words < pivot + 24
                && self.lines[words as usize].short
                && self
                    .text(words)
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
                && !words::is_attribution(self.text(words))
            {
                words += 1;
            }
            let mut stop = end;
            while stop > words {
                let line = &self.lines[(stop - 1) as usize];
                let bare = !self.text(stop - 1).chars().any(char::is_alphabetic);
                let framed = pattern.tails.contains_key(&line.mask) || line.action || time == Some(stop - 1);
                let framed = framed || (pattern.is_reversed() && stop > pivot);
                // A profile below the words begins with the name.
                let framed = framed || (stop - 1 > words && post.author.as_deref() == Some(self.text(stop - 1)));
                if framed || (bare && stop - 1 > words) {
                    stop -= 1;
                } else {
                    break;
                }
            }
            stop = self.without_ending(&endings, words, stop);
            let said: Vec<&str> = (words..stop).map(|block| self.text(block)).collect();
            stop = tails::tail(&said).map_or(stop, |at| words + at as u32);
            let head = page.blocks[start as usize].indent;
            let mut apart: Vec<u32> = Vec::new();
            for block in words..stop {
                let line = &self.lines[block as usize];
                let b = &page.blocks[block as usize];
                let own = numbered && b.number.is_some();
                if line.gone && (own || is_whole(self.text(block))) && (block > words || own) {
                    apart.push(block);
                    continue;
                }
                let frame = pattern.constants.contains_key(&line.mask) || line.action || time == Some(block);
                let role = if frame || self.view.wording(block).is_edited_line() {
                    Role::Meta
                } else if b.shape == Shape::Quote && b.level > level {
                    Role::Quote
                } else if line.gone && words + 1 == stop && line.bytes < 100 {
                    post.deleted = true;
                    Role::Notice
                } else {
                    Role::Text
                };
                roles[b.runs.range()].fill(role);
            }
            self.signature(&signed, post.author.as_deref(), words..stop, roles);
            self.quotes(words, stop, roles);
            levels.push(page.blocks[if pattern.is_reversed() { start } else { pivot } as usize].indent);
            if let Some(&first) = apart.first() {
                post.blocks.retain(|&block| block < first);
            }
            posts.push(post);
            for (which, &block) in apart.iter().enumerate() {
                let until = apart.get(which + 1).copied().unwrap_or(end);
                roles[page.blocks[block as usize].runs.range()].fill(Role::Notice);
                for rest in block + 1..until {
                    roles[page.blocks[rest as usize].runs.range()].fill(Role::Meta);
                }
                posts.push(Post { blocks: (block..until).collect(), deleted: true, ..Post::default() });
                // The notice stands where the first line of a post would.
                let shift = page.blocks[pivot as usize].indent.saturating_sub(head);
                levels.push(page.blocks[block as usize].indent + shift);
            }
        }
        let nested = nest(&levels, &mut posts);
        Found { posts, nested }
    }

    /// The depth of quotation at which most posts have their own words: dumps may mark up the words as a quotation.
    fn quote_level(&self, pattern: &Pattern) -> u8 {
        let mut levels: Vec<u8> = Vec::new();
        for at in 0..pattern.pivots.len() {
            let mut mass = [0_u32; 4];
            for block in pattern.words(at)..pattern.end(at) {
                let b = &self.view.page.blocks[block as usize];
                let level = if b.shape == Shape::Quote { b.level.min(3) } else { 0 };
                mass[usize::from(level)] += if self.lines[block as usize].action { 0 } else { b.text.len() as u32 };
            }
            levels.extend((0..4_u8).rev().max_by_key(|&level| mass[usize::from(level)]));
        }
        levels.sort_unstable();
        levels.get(levels.len() / 2).copied().unwrap_or(0)
    }

    /// Labels at the end of several posts, as hashes: those who liked it, its attachments.
    fn endings(&self, pattern: &Pattern) -> HashSet<u64> {
        let count = pattern.pivots.len();
        let mut seen: HashMap<u64, usize> = HashMap::new();
        let mut own: Vec<u64> = Vec::new();
        for at in 0..count {
            let end = pattern.end(at);
            own.clear();
            own.extend(
                (pattern.words(at).max(end.saturating_sub(ENDING))..end).filter_map(|block| label(self.text(block))),
            );
            own.sort_unstable();
            own.dedup();
            for &label in &own {
                *seen.entry(label).or_insert(0) += 1;
            }
        }
        let least = (count * 3 / 10).max(3);
        seen.into_iter().filter(|&(_, posts)| posts >= least).map(|(label, _)| label).collect()
    }

    /// Where a post's words stop that ends with such a label and a few short lines.
    fn without_ending(&self, endings: &HashSet<u64>, from: u32, to: u32) -> u32 {
        if endings.is_empty() {
            return to;
        }
        for block in (from + 1..to).rev().take(ENDING as usize) {
            if label(self.text(block)).is_some_and(|label| endings.contains(&label)) {
                return block;
            }
            if !self.lines[block as usize].short {
                break;
            }
        }
        to
    }

    /// Lines that one author writes in several posts, as hashes of author and line.
    fn signed(&self, pattern: &Pattern, authors: &[bylines::Names]) -> HashSet<u64> {
        let mut seen: HashSet<u64> = HashSet::new();
        let mut again: HashSet<u64> = HashSet::new();
        let mut own: Vec<u64> = Vec::new();
        for (at, (author, _)) in authors.iter().enumerate() {
            let Some(author) = author else { continue };
            let from = pattern.words(at);
            own.clear();
            own.extend(
                (from..pattern.end(at))
                    .filter(|&block| self.lines[block as usize].bytes > 12)
                    .map(|block| signature(author, self.text(block))),
            );
            own.sort_unstable();
            own.dedup();
            again.extend(own.iter().copied().filter(|&line| !seen.insert(line)));
        }
        again
    }

    /// Marks the lines at the end of a post that its author writes below others too.
    fn signature(&self, signed: &HashSet<u64>, author: Option<&str>, lines: std::ops::Range<u32>, roles: &mut [Role]) {
        let Some(author) = author else { return };
        let mut start = lines.end;
        for block in lines.clone().rev().take(12) {
            if signed.contains(&signature(author, self.text(block))) {
                start = block;
            } else if self.lines[block as usize].bytes > 12 {
                break;
            }
        }
        if start > lines.start {
            for block in start..lines.end {
                roles[self.view.page.blocks[block as usize].runs.range()].fill(Role::Meta);
            }
        }
    }

    /// Words quoted under "X wrote:", where indentation shows how far they go.
    fn quotes(&self, from: u32, to: u32, roles: &mut [Role]) {
        let page = self.view.page;
        let mut at = from;
        while at < to {
            let runs = page.blocks[at as usize].runs.range();
            let text = self.text(at);
            let deeper = |block: u32| page.blocks[block as usize].indent > page.blocks[from as usize].indent;
            let words = roles[runs.clone()].first() == Some(&Role::Text);
            if words && at + 1 < to && deeper(at + 1) && self.lines[at as usize].short && words::is_attribution(text) {
                roles[runs].fill(Role::Quote);
                at += 1;
                while at < to && deeper(at) {
                    roles[page.blocks[at as usize].runs.range()].fill(Role::Quote);
                    at += 1;
                }
            } else {
                at += 1;
            }
        }
    }
}

fn measure(view: &View<'_, '_>, block: u32) -> Line {
    let text = view.text(block);
    let mut mask = 0;
    let mut letters = String::new();
    let wording = view.wording(block);
    let presence = wording.is_presence();
    if text.is_empty() {
        mask = EMPTY;
    } else if presence {
        mask = PRESENCE;
    } else if text.len() <= LINE {
        for word in text.split_whitespace() {
            if word.bytes().any(|b| b.is_ascii_digit()) {
                letters.clear();
                letters.extend(word.chars().filter(|c| c.is_alphabetic()));
                mask = hash(hash(mask, b"#"), letters.as_bytes());
            } else {
                mask = hash(mask, word.as_bytes());
            }
        }
    }
    let profile = wording.is_member_line();
    let member = presence || profile;
    let stop = text.trim_end_matches(['"', '”', ')', '»']).ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।']);
    let first = text.split_once(' ').map_or(0, |(word, _)| hash(5, word.as_bytes()));
    Line {
        mask,
        first,
        short: text.len() <= SHORT && !(stop && text.split_whitespace().count() > 3),
        action: !presence && (wording.is_action() || wording.is_actions()),
        reply: wording.is_reply(),
        gone: wording.is_tombstone(),
        member,
        profile,
        label: (member || text.ends_with([':', '：']))
            && text.len() < 40
            && !text.bytes().any(|b| b.is_ascii_digit())
            && !words::says(text),
        bytes: text.len() as u32,
        comment: view.comment(block as usize),
    }
}

/// The hash of the label that a line begins with or is: `Liked by:`.
fn label(text: &str) -> Option<u64> {
    let (label, rest) = text.split_once([':', '：'])?;
    let named = (2..=LABEL).contains(&label.len()) && label.chars().all(|c| c.is_alphabetic() || c == ' ');
    (named && !rest.starts_with("//") && !words::is_attribution(text)).then(|| hash(7, label.as_bytes()))
}

fn signature(author: &str, text: &str) -> u64 {
    hash(hash(3, author.as_bytes()), text.as_bytes())
}

/// The middle one of some numbers; 0 of none.
pub(super) fn median(numbers: impl Iterator<Item = u32>) -> u32 {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or(0)
}

/// Whether the text is nothing but a notice.
fn is_whole(text: &str) -> bool {
    Lexicon::embedded().hits(text).whole.contains(Class::Tombstone)
}

/// Parents from indentation; whether it shows any.
fn nest(levels: &[u16], posts: &mut [Post]) -> bool {
    let rest = levels.get(1..).unwrap_or_default();
    let flat = |levels: &[u16]| levels.iter().all(|level| *level == levels[0]);
    // An opening post that merely stands elsewhere is no parent.
    if flat(levels) || (rest.len() > 1 && flat(rest)) {
        return false;
    }
    let mut open: Vec<usize> = Vec::new();
    for (at, &level) in levels.iter().enumerate() {
        while open.last().is_some_and(|&top| levels[top] >= level) {
            open.pop();
        }
        posts[at].parent = open.last().copied();
        open.push(at);
    }
    true
}
