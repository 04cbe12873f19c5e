//! Posts of a text dump, from its lines alone.
//!
//! Lines with a time are grouped by how they are written around it. In the group that parts the most of what may be
//! comments' text, posts follow one another in one pattern: so many lines of author, rank and counts before the
//! time, words, then buttons. The pattern is learned by looking at the same distance from all times: a place that
//! holds the same words everywhere, or a short and changing name, belongs to the frame and not to the words.

use std::collections::HashMap;

use super::anchors::Anchor;
use super::names;
use super::post::{Post, Role};
use super::view::View;
use super::words;
use crate::bayes::hash;
use crate::dates::Time;
use crate::lexicon::{Class, Lexicon};

/// The posts found, with what each run is, and whether their nesting shows.
pub(super) struct Found {
    pub(super) posts: Vec<Post>,
    pub(super) nested: bool,
}

/// Longest line that can carry a time and an author.
const LINE: usize = 160;
/// Longest line of a frame.
const SHORT: usize = 90;
/// Most lines of a frame on either side of a time.
const FRAME: usize = 12;
/// Least probability at which a line counts as a comment's own words.
const SURE: f32 = 0.5;
/// Least probability at which a line of some length may be one.
const HEARD: f32 = 0.15;
/// Least mean of what speaks for a thread.
const LIKENESS: f64 = 1.0;

/// What a line looks like once names and numbers are out of view.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    /// The words with digits masked.
    mask: u64,
    /// Short and without the end of a sentence.
    short: bool,
    /// Wholly the words of a button.
    action: bool,
    /// A notice in place of a post.
    gone: bool,
    /// Bytes.
    bytes: u32,
    comment: f32,
}

struct Reader<'v, 'p, 's> {
    view: &'v View<'p, 's>,
    anchors: &'v [Anchor],
    lines: Vec<Line>,
}

/// The posts of a dump; what each run is, goes into `roles`.
pub(super) fn posts(view: &View<'_, '_>, anchors: &[Anchor], roles: &mut [Role]) -> Option<Found> {
    let lines = (0..view.page.blocks.len() as u32).map(|block| measure(view, block)).collect();
    let reader = Reader { view, anchors, lines };
    let mut best: Option<(f64, Pattern)> = None;
    for group in reader.groups() {
        for run in reader.runs(&group) {
            let Some(pattern) = reader.pattern(run) else { continue };
            let worth = reader.worth(&pattern);
            if worth > 0.0 && best.as_ref().is_none_or(|(most, _)| worth > *most) {
                best = Some((worth, pattern));
            }
        }
    }
    let (_, pattern) = best?;
    Some(reader.build(&pattern, roles))
}

/// How the posts of a run are laid out.
struct Pattern {
    /// Places among the anchors.
    times: Vec<u32>,
    /// Lines of frame before the time's.
    before: usize,
    /// Lines of frame after the time's.
    after: usize,
    /// One past the last line.
    end: u32,
    /// Masks of lines that stand at the end of posts.
    tails: HashMap<u64, usize>,
    /// Masks of lines that stand anywhere in most posts.
    constants: HashMap<u64, usize>,
}

fn measure(view: &View<'_, '_>, block: u32) -> Line {
    let text = view.text(block);
    let mut mask = 0;
    if text.len() <= LINE {
        for word in text.split_whitespace() {
            mask =
                if word.bytes().any(|b| b.is_ascii_digit()) { hash(mask, b"#") } else { hash(mask, word.as_bytes()) };
        }
    }
    let stop = text.trim_end_matches(['"', '”', ')', '»']).ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।']);
    Line {
        mask,
        short: text.len() <= SHORT && !(stop && text.split_whitespace().count() > 3),
        action: words::is_action(text) || words::is_actions(text),
        gone: words::is_tombstone(text),
        bytes: text.len() as u32,
        comment: view.comment(block as usize),
    }
}

impl Reader<'_, '_, '_> {
    fn text(&self, block: u32) -> &str {
        self.view.text(block)
    }

    fn block_of(&self, time: u32) -> u32 {
        self.anchors[time as usize].block
    }

    /// What stands before and after the time in its line.
    fn around(&self, time: u32) -> (&str, &str) {
        let anchor = &self.anchors[time as usize];
        let block = &self.view.page.blocks[anchor.block as usize];
        let text = &self.view.page.text;
        (
            text[block.text.start as usize..anchor.shown.start].trim(),
            text[anchor.shown.end..block.text.end as usize].trim(),
        )
    }

    /// Times by how their lines are written, one a line.
    fn groups(&self) -> Vec<Vec<u32>> {
        let mut befores: HashMap<&str, u32> = HashMap::new();
        let mut shapes: Vec<(u32, &str, &str)> = Vec::new();
        let mut last = u32::MAX;
        for time in 0..self.anchors.len() as u32 {
            let block = self.block_of(time);
            if self.text(block).len() > LINE || block == last {
                continue;
            }
            last = block;
            let (before, after) = self.around(time);
            let word = before.split_whitespace().next_back().unwrap_or_default();
            *befores.entry(word).or_insert(0) += 1;
            shapes.push((time, before, after));
        }
        let mut groups: HashMap<u64, Vec<u32>> = HashMap::new();
        let many = (shapes.len() as u32 / 5).max(3);
        for &(time, before, after) in &shapes {
            let word = before.split_whitespace().next_back().unwrap_or_default();
            let known = word.is_empty()
                || (befores.get(word).is_some_and(|&seen| seen >= many) && word.chars().all(char::is_alphabetic))
                || !word.chars().any(char::is_alphanumeric);
            let key = hash(1, if known { word.as_bytes() } else { b"*" });
            let tail = match after.chars().next() {
                None => 0,
                Some('#') => 1,
                Some(c) if c.is_alphanumeric() => 2,
                Some(_) => 3,
            };
            let clock = match self.anchors[time as usize].time {
                Some(Time::Absolute(when)) => u64::from(when.clock.is_some()),
                _ => 1,
            };
            groups.entry(hash(key, &[tail, clock as u8])).or_default().push(time);
            // The same without a look at what follows: some posts carry a badge or an "edited" there.
            groups.entry(hash(key, &[9, clock as u8])).or_default().push(time);
            groups.entry(hash(key, &[9, 9])).or_default().push(time);
        }
        // Whatever is written around them, as long as the line is short.
        let all: Vec<u32> = shapes.iter().map(|&(time, ..)| time).collect();
        let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
        groups.push(all);
        groups.sort();
        groups.dedup();
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        groups.truncate(24);
        groups
    }

    /// Whether words of a comment follow soon after a time.
    fn speaks(&self, from: u32, to: u32) -> bool {
        let to = to.min(from + 30);
        (from + 1..to).any(|block| {
            let line = &self.lines[block as usize];
            !line.action
                && (line.comment >= SURE && line.bytes > 1 || line.comment >= HEARD && line.bytes >= 20 || line.gone)
        })
    }

    /// The stretches of a group in which words of comments follow the times.
    fn runs(&self, group: &[u32]) -> Vec<Vec<u32>> {
        let count = self.lines.len() as u32;
        let mut runs = Vec::new();
        let mut run: Vec<u32> = Vec::new();
        let mut silent = 0;
        for (at, &time) in group.iter().enumerate() {
            let next = group.get(at + 1).map_or(count, |&next| self.block_of(next));
            let speaks = self.speaks(self.block_of(time), next);
            if speaks {
                silent = 0;
            } else {
                silent += 1;
            }
            if speaks || !run.is_empty() {
                run.push(time);
            }
            if silent >= 3 {
                run.truncate(run.len().saturating_sub(silent));
                if !run.is_empty() {
                    runs.push(std::mem::take(&mut run));
                }
                run.clear();
            }
        }
        run.truncate(run.len().saturating_sub(silent));
        if !run.is_empty() {
            runs.push(run);
        }
        runs.truncate(8);
        runs
    }

    /// The masks at a distance from all times (negative: before), with how many are short.
    fn column(&self, times: &[u32], distance: i64) -> Column {
        let mut column = Column::default();
        for (at, &time) in times.iter().enumerate() {
            let here = i64::from(self.block_of(time));
            let place = here + distance;
            let low = if at == 0 { 0 } else { i64::from(self.block_of(times[at - 1])) + 1 };
            let high = times.get(at + 1).map_or(self.lines.len() as i64, |&next| i64::from(self.block_of(next)));
            if place < low || place >= high {
                continue;
            }
            column.seen += 1;
            let line = &self.lines[place as usize];
            column.short += u32::from(line.short && (line.comment < 0.8 || line.bytes < 30));
            column.action += u32::from(line.action);
            *column.masks.entry(line.mask).or_insert(0) += 1;
        }
        column
    }

    fn pattern(&self, times: Vec<u32>) -> Option<Pattern> {
        if times.is_empty() {
            return None;
        }
        let count = times.len() as u32;
        let first = i64::from(self.block_of(times[0]));
        // Before: how far up all lines are of a frame.
        let mut known = 0;
        let mut open = true;
        for distance in 1..=FRAME {
            let column = self.column(&times, -(distance as i64));
            if column.seen * 10 < count * 7 || column.short * 10 < column.seen * 8 {
                break;
            }
            let place = first - distance as i64;
            if place < 0 {
                break;
            }
            let line = &self.lines[place as usize];
            match column.constant() {
                Some(mask) => {
                    let buttons = column.action * 2 > column.seen;
                    if line.mask == mask && (count > 1 && !buttons || line.mask == mask && count > 2) {
                        known = distance;
                        open = true;
                    } else {
                        open = false;
                    }
                }
                None => {
                    if open && line.short && !line.action && line.comment < 0.8 && column.action * 3 < column.seen {
                        known = distance;
                    } else {
                        open = false;
                    }
                }
            }
        }
        let before = known;
        let mut after = 0;
        let mut named = false;
        for distance in 1..=FRAME {
            let column = self.column(&times, distance as i64);
            if column.seen * 10 < count * 9 || column.short * 10 < column.seen * 9 {
                break;
            }
            let name = !named
                && before == 0
                && distance == 1
                && self.nameless(&times)
                && column.short == column.seen
                && count > 2;
            if name || (column.constant().is_some() && count > 2) {
                after = distance;
                named = true;
            } else if column.constant().is_none() {
                // One changing line may stand between constant ones.
                named = false;
                if distance > after + 1 {
                    break;
                }
            }
        }
        // What stands at the end of posts, and in most of them.
        let mut tails: HashMap<u64, usize> = HashMap::new();
        let mut constants: HashMap<u64, usize> = HashMap::new();
        for pair in times.windows(2) {
            let (from, to) = (self.block_of(pair[0]) + 1, self.block_of(pair[1]).saturating_sub(before as u32));
            for back in 1..=6.min(to.saturating_sub(from)) {
                let line = &self.lines[(to - back) as usize];
                if line.short && (line.bytes <= 40 || line.action) {
                    *tails.entry(line.mask).or_insert(0) += 1;
                }
            }
            let mut own: Vec<u64> = (from..to.min(from + 200))
                .map(|block| &self.lines[block as usize])
                .filter(|line| line.short)
                .map(|line| line.mask)
                .collect();
            own.sort_unstable();
            own.dedup();
            for mask in own {
                *constants.entry(mask).or_insert(0) += 1;
            }
        }
        let least = (times.len() * 2 / 5).max(2);
        tails.retain(|_, seen| *seen >= least);
        constants.retain(|_, seen| *seen >= (times.len() / 2).max(3));
        let mut pattern = Pattern { times, before, after, end: 0, tails, constants };
        pattern.end = self.end(&pattern);
        Some(pattern)
    }

    /// Whether no time's line holds more than the time.
    fn nameless(&self, times: &[u32]) -> bool {
        let bare = times.iter().filter(|&&time| {
            let (before, after) = self.around(time);
            before.chars().filter(|c| c.is_alphabetic()).count() < 2
                && after.chars().filter(|c| c.is_alphabetic()).count() < 2
        });
        bare.count() * 10 >= times.len() * 8
    }

    /// Where the last post ends: after its buttons, or where its words do.
    fn end(&self, pattern: &Pattern) -> u32 {
        let last = pattern.times.len() - 1;
        let from = self.block_of(pattern.times[last]) + 1 + pattern.after as u32;
        let longest = pattern
            .times
            .windows(2)
            .map(|pair| self.block_of(pair[1]) - self.block_of(pair[0]))
            .max()
            .unwrap_or(60)
            .max(40);
        let close = (from + longest).min(self.lines.len() as u32);
        let mut end = from;
        let mut quiet = 0;
        let mut worded = false;
        for block in from..close {
            let line = &self.lines[block as usize];
            if pattern.tails.contains_key(&line.mask) {
                // The buttons, and those right below them.
                let mut stop = block + 1;
                while stop < close && pattern.tails.contains_key(&self.lines[stop as usize].mask) {
                    stop += 1;
                }
                return stop;
            }
            if line.comment >= SURE || line.gone || (!worded && line.comment > 0.2) {
                end = block + 1;
                quiet = 0;
                worded = true;
            } else {
                quiet += 1;
                if quiet >= 3 || (worded && line.comment < 0.1) {
                    break;
                }
            }
        }
        end
    }

    /// How much of what may be comments' words the pattern parts, times how much it is like a thread.
    fn worth(&self, pattern: &Pattern) -> f64 {
        let times = &pattern.times;
        let mut score = 0.0;
        let mut comment = 0.0;
        let mut bytes = 0.0;
        let mut actions = 0;
        let mut spoken = 0;
        for (at, &time) in times.iter().enumerate() {
            let from = self.block_of(time) + 1;
            let to = times
                .get(at + 1)
                .map_or(pattern.end, |&next| self.block_of(next).saturating_sub(pattern.before as u32));
            let mut mass = 0.0_f64;
            let mut any = false;
            let mut action = false;
            for block in from..to.max(from).min(from + 400) {
                let line = &self.lines[block as usize];
                action |= line.action;
                if pattern.tails.contains_key(&line.mask) || line.action {
                    continue;
                }
                any |= line.comment >= SURE;
                mass += f64::from(line.comment) * f64::from(line.bytes);
                comment += f64::from(line.comment) * f64::from(line.bytes);
                bytes += f64::from(line.bytes);
            }
            score += mass.min(6000.0).sqrt();
            actions += usize::from(action);
            spoken += usize::from(any);
        }
        let count = times.len() as f64;
        let likeness = 1.5 * comment / f64::max(bytes, 1.0)
            + 0.5 * actions as f64 / count
            + 0.8 * spoken as f64 / count
            + 0.6 * self.steady(times)
            - if times.len() == 1 { 0.8 } else { 0.0 };
        if likeness < LIKENESS { 0.0 } else { score.sqrt() * likeness * likeness }
    }

    /// Share of the times that follow in order, one way or the other; 0 to 1.
    fn steady(&self, times: &[u32]) -> f64 {
        let seconds: Vec<i64> = times
            .iter()
            .filter_map(|&time| match self.anchors[time as usize].time {
                Some(Time::Absolute(when)) => Some(when.seconds()),
                _ => None,
            })
            .collect();
        if seconds.len() < 2 {
            return 0.7;
        }
        let rises = seconds.windows(2).filter(|pair| pair[1] >= pair[0]).count();
        let moves = seconds.len() - 1;
        rises.max(moves - rises) as f64 / moves as f64
    }

    fn build(&self, pattern: &Pattern, roles: &mut [Role]) -> Found {
        let page = self.view.page;
        let authors = self.authors(pattern);
        let mut posts: Vec<Post> = Vec::with_capacity(pattern.times.len());
        let mut levels: Vec<Option<u16>> = Vec::new();
        let numbered = pattern
            .times
            .iter()
            .filter(|&&time| {
                page.blocks[self.block_of(time).saturating_sub(pattern.before as u32) as usize].number.is_some()
            })
            .count()
            * 10
            >= pattern.times.len() * 7;
        for (at, &time) in pattern.times.iter().enumerate() {
            let line = self.block_of(time);
            let low = if at == 0 { 0 } else { self.block_of(pattern.times[at - 1]) + 1 };
            let start = line.saturating_sub(pattern.before as u32).max(low);
            let next = pattern.times.get(at + 1);
            let end = next
                .map_or(pattern.end, |&next| self.block_of(next).saturating_sub(pattern.before as u32))
                .max(line + 1);
            let (author, author_name) = authors[at].clone();
            let mut post = Post { anchor: Some(time), author, author_name, ..Post::default() };
            post.blocks.extend(start..end);
            let words = (line + 1 + pattern.after as u32).min(end);
            // Buttons and counts at the end.
            let mut stop = end;
            while stop > words {
                let line = &self.lines[(stop - 1) as usize];
                let text = self.text(stop - 1);
                let bare = !text.chars().any(char::is_alphabetic);
                if pattern.tails.contains_key(&line.mask) || line.action || (bare && stop - 1 > words) {
                    stop -= 1;
                } else {
                    break;
                }
            }
            let head = page.blocks[start as usize].indent;
            let mut split: Vec<u32> = Vec::new();
            for block in words..stop {
                let line = &self.lines[block as usize];
                let b = &page.blocks[block as usize];
                let apart = numbered && b.number.is_some();
                if line.gone && (apart || is_whole(self.text(block))) && (block > words || apart) {
                    split.push(block);
                    continue;
                }
                let frame = pattern.constants.contains_key(&line.mask) || line.action;
                let role = if frame || words::is_edited_line(self.text(block)) {
                    Role::Meta
                } else if b.shape == crate::page::Shape::Quote {
                    Role::Quote
                } else if line.gone && words + 1 == stop && line.bytes < 100 {
                    post.deleted = true;
                    Role::Notice
                } else {
                    Role::Text
                };
                roles[b.runs.range()].fill(role);
            }
            self.quotes(words, stop, roles);
            levels.push(Some(page.blocks[line as usize].indent));
            if let Some(&first) = split.first() {
                post.blocks.retain(|&block| block < first);
            }
            posts.push(post);
            for (which, &block) in split.iter().enumerate() {
                let until = split.get(which + 1).copied().unwrap_or(end);
                roles[page.blocks[block as usize].runs.range()].fill(Role::Notice);
                let post = Post { blocks: (block..until).collect(), deleted: true, ..Post::default() };
                for rest in block + 1..until {
                    roles[page.blocks[rest as usize].runs.range()].fill(Role::Meta);
                }
                // The notice stands where the first line of a post would.
                let b = &page.blocks[block as usize];
                let shift = page.blocks[line as usize].indent.saturating_sub(head);
                levels.push(Some(b.indent + shift));
                posts.push(post);
            }
        }
        let nested = nest(&levels, &mut posts);
        Found { posts, nested }
    }

    /// Words quoted under "X wrote:".
    fn quotes(&self, from: u32, to: u32, roles: &mut [Role]) {
        let page = self.view.page;
        let mut at = from;
        while at < to {
            let b = &page.blocks[at as usize];
            let text = self.text(at);
            let deeper = at + 1 < to && page.blocks[at as usize + 1].indent > page.blocks[from as usize].indent;
            if deeper
                && self.lines[at as usize].short
                && text.len() < 80
                && words::is_attribution(text)
                && roles[b.runs.range()].first() == Some(&Role::Text)
            {
                // Indented deeper than the line before, or its own paragraph only.
                roles[b.runs.range()].fill(Role::Quote);
                let mut next = at + 1;
                while next < to && page.blocks[next as usize].indent > page.blocks[from as usize].indent {
                    roles[page.blocks[next as usize].runs.range()].fill(Role::Quote);
                    next += 1;
                }
                at = next.max(at + 1);
                continue;
            }
            at += 1;
        }
    }

    /// Who wrote each post, with a second name where one is shown.
    fn authors(&self, pattern: &Pattern) -> Vec<(Option<String>, Option<String>)> {
        let times = &pattern.times;
        let mut columns: Vec<(f64, Vec<Option<String>>)> = Vec::new();
        let (mut befores, mut afters): (Vec<&str>, Vec<&str>) = times.iter().map(|&time| self.around(time)).unzip();
        for text in befores.iter_mut().chain(&mut afters) {
            *text = text.trim_matches(|c: char| {
                matches!(c, '|' | '•' | '·' | '»' | '«' | '-' | '–' | ',' | '@') || c.is_whitespace()
            });
        }
        let take = |values: Vec<Option<&str>>, bonus: f64, columns: &mut Vec<(f64, Vec<Option<String>>)>| {
            let shown: Vec<&str> = values.iter().flatten().copied().collect();
            let (front, back) = names::affixes(&shown);
            let values: Vec<Option<String>> = values
                .into_iter()
                .map(|value| {
                    let value = names::clean(value?, front, back);
                    let value = names::clean(words::speaker(&value), 0, 0);
                    (value.chars().any(char::is_alphanumeric)).then_some(value)
                })
                .collect();
            columns.push((Self::worth_of_names(&values) + bonus, values));
        };
        take(befores.iter().map(|text| (!text.is_empty()).then_some(*text)).collect(), 0.5, &mut columns);
        take(afters.iter().map(|text| names::first_part(text)).collect(), 0.2, &mut columns);
        for distance in 1..=pattern.before as u32 {
            let values = times
                .iter()
                .map(|&time| {
                    let block = self.block_of(time).checked_sub(distance)?;
                    let text = self.text(block);
                    (text.len() < SHORT).then_some(text)
                })
                .collect();
            take(values, 0.25 - 0.03 * f64::from(distance), &mut columns);
        }
        for distance in 1..=pattern.after as u32 {
            let values = times
                .iter()
                .map(|&time| {
                    let block = self.block_of(time) + distance;
                    ((block as usize) < self.lines.len()).then(|| self.text(block)).filter(|text| text.len() < SHORT)
                })
                .collect();
            take(values, 0.1 - 0.03 * f64::from(distance), &mut columns);
        }
        let best =
            columns.iter().enumerate().max_by(|(i, a), (j, b)| a.0.total_cmp(&b.0).then(j.cmp(i))).map(|(at, _)| at);
        let Some(best) = best.filter(|&best| columns[best].0 > 0.8) else { return vec![(None, None); times.len()] };
        columns
            .swap_remove(best)
            .1
            .into_iter()
            .map(|name| name.map_or((None, None), |name| names::second(&name)))
            .collect()
    }

    fn worth_of_names(values: &[Option<String>]) -> f64 {
        let shown: Vec<&String> = values.iter().flatten().collect();
        if shown.is_empty() {
            return 0.0;
        }
        let seen = shown.len() as f64;
        let mut different: HashMap<&str, usize> = HashMap::new();
        for value in &shown {
            *different.entry(value).or_insert(0) += 1;
        }
        let distinct = different.len() as f64 / seen;
        let mean = shown.iter().map(|value| value.chars().count()).sum::<usize>() as f64 / seen;
        let odd = shown
            .iter()
            .filter(|value| {
                value.chars().filter(char::is_ascii_digit).count() * 2 > value.len()
                    || value.contains('#')
                    || value.contains(':')
                    || words::is_action(value)
                    || words::is_member_line(value)
            })
            .count() as f64
            / seen;
        let same = if different.len() == 1 && shown.len() >= 3 { 1.5 } else { 0.0 };
        2.0 * seen / values.len() as f64 + 2.0 * distinct.min(0.5) - same - 2.0 * odd - (mean - 20.0).max(0.0) / 12.0
    }
}

#[derive(Default)]
struct Column {
    seen: u32,
    short: u32,
    action: u32,
    masks: HashMap<u64, u32>,
}

impl Column {
    /// The mask that most lines of the column share.
    fn constant(&self) -> Option<u64> {
        let (&mask, &most) = self.masks.iter().max_by_key(|&(&mask, &seen)| (seen, mask))?;
        (most * 10 >= self.seen * 6).then_some(mask)
    }
}

/// Whether the text is nothing but a notice.
fn is_whole(text: &str) -> bool {
    Lexicon::embedded().hits(text).whole.contains(Class::Tombstone)
}

/// Parents from indentation; whether it shows any.
fn nest(levels: &[Option<u16>], posts: &mut [Post]) -> bool {
    let known: Vec<u16> = levels.iter().flatten().copied().collect();
    let rest = known.get(1..).unwrap_or_default();
    if known.len() < 2
        || known.iter().all(|level| *level == known[0])
        || (rest.len() > 1 && rest.iter().all(|level| *level == rest[0]))
    {
        return false;
    }
    let mut open: Vec<usize> = Vec::new();
    for (at, level) in levels.iter().enumerate() {
        let level = level.unwrap_or(0);
        while open.last().is_some_and(|&top| levels[top].unwrap_or(0) >= level) {
            open.pop();
        }
        posts[at].parent = open.last().copied();
        open.push(at);
    }
    true
}
