//! How the posts of a dump are laid out around their pivots.
//!
//! The pattern is learned by looking at the same distance from all pivots: a place that holds the same words
//! everywhere, or a short and changing name, belongs to the frame and not to the words.

use std::collections::HashMap;

use super::bylines;
use super::lines::{HEARD, LINE, Line, Reader, SURE, median};
use crate::dates::Time;

/// Most lines of a frame on either side of a pivot.
const FRAME: usize = 14;
/// Least mean of what speaks for a thread.
const LIKENESS: f64 = 1.9;

/// Most lines of a frame below the line that a post hangs on.
const TOP: u32 = 24;
/// Most lines of a frame in a row that no other post shares.
const BETWEEN: u32 = 3;

/// Most lines below the frame of a post that is folded up.
const FOLDED: usize = 2;

/// Least bytes, weighed by probability, that are words.
const WORDED: f64 = 6.0;

/// The layout of a run of posts.
pub(super) struct Pattern {
    /// One line of each post.
    pub(super) pivots: Vec<u32>,
    /// Lines of frame before the pivot.
    pub(super) before: usize,
    /// Lines of frame after the pivot.
    pub(super) after: usize,
    /// One past the last line.
    close: u32,
    /// The first line of each post.
    starts: Vec<u32>,
    /// Whether the pivots stand at the end of posts.
    reversed: bool,
    /// Lines of frame at the top of posts whose pivots stand at their end.
    lead: u32,
    /// Masks of lines that stand at the end of posts.
    pub(super) tails: HashMap<u64, usize>,
    /// Masks of lines that stand anywhere in most posts.
    pub(super) constants: HashMap<u64, usize>,
    /// The first line of each post that may be words.
    words: Vec<u32>,
}

impl Pattern {
    /// The pattern of the posts around some pivots; `None` where there is none.
    pub(super) fn learn(reader: &Reader<'_, '_, '_>, pivots: Vec<u32>) -> Option<Self> {
        if pivots.is_empty() {
            return None;
        }
        let before = before(reader, &pivots);
        let after = after(reader, &pivots, before);
        let mut tails: HashMap<u64, usize> = HashMap::new();
        let mut constants: HashMap<u64, usize> = HashMap::new();
        let starts = above_frames(reader, &pivots, before);
        for (pair, &to) in pivots.windows(2).zip(&starts[1..]) {
            let from = pair[0] + 1;
            for back in 1..=6.min(to.saturating_sub(from)) {
                let line = &reader.lines[(to - back) as usize];
                if line.short && (line.bytes <= 40 || line.action) {
                    *tails.entry(line.mask).or_insert(0) += 1;
                }
            }
            let mut own: Vec<u64> = (from..to.min(from + 200))
                .map(|block| &reader.lines[block as usize])
                .filter(|line| line.short)
                .map(|line| line.mask)
                .collect();
            own.sort_unstable();
            own.dedup();
            for mask in own {
                *constants.entry(mask).or_insert(0) += 1;
            }
        }
        let least = (pivots.len() * 2 / 5).max(2);
        tails.retain(|_, seen| *seen >= least);
        constants.retain(|_, seen| *seen >= (pivots.len() / 2).max(3));
        let mut pattern = Self {
            pivots,
            before,
            after,
            close: 0,
            starts,
            reversed: false,
            lead: 1,
            tails,
            constants,
            words: Vec::new(),
        };
        pattern.close = pattern.last_line(reader);
        pattern.words = pattern.below_frames(reader);
        Some(pattern)
    }

    /// The first line of a post.
    pub(super) fn start(&self, at: usize) -> u32 {
        self.starts[at]
    }

    /// One past the last line of a post.
    pub(super) fn end(&self, at: usize) -> u32 {
        let next = if at + 1 < self.pivots.len() { self.start(at + 1) } else { self.close };
        next.max(self.pivots[at] + 1)
    }

    /// The first line below the frame that all posts have: a post's words may begin there.
    pub(super) fn head(&self, at: usize) -> u32 {
        if self.reversed { self.starts[at] + self.lead } else { self.pivots[at] + 1 + self.after as u32 }
    }

    /// Whether the pivots stand at the end of posts.
    pub(super) const fn is_reversed(&self) -> bool {
        self.reversed
    }

    /// The same pivots as the last lines of posts, each of which begins with a line that opens with the name before
    /// the pivot's time.
    pub(super) fn reversed(&self, reader: &Reader<'_, '_, '_>) -> Option<Self> {
        let count = self.pivots.len();
        if count < 2 || self.is_reversed() {
            return None;
        }
        let after = after(reader, &self.pivots, self.before) as u32;
        let longest = self.pivots.windows(2).map(|pair| pair[1] - pair[0]).max()?.min(400);
        let mut starts = Vec::with_capacity(count);
        let mut headed = 0;
        for (at, &pivot) in self.pivots.iter().enumerate() {
            let low = if at == 0 { pivot.saturating_sub(longest) } else { self.pivots[at - 1] + 1 + after };
            let time = reader.anchors.partition_point(|anchor| anchor.block < pivot) as u32;
            reader.anchors.get(time as usize).filter(|anchor| anchor.block == pivot)?;
            let name = reader.around(time).0.trim_end_matches(|c: char| !c.is_alphanumeric());
            let head = (low..pivot).find(|&block| {
                let text = reader.text(block);
                name.len() >= 2 && text.starts_with(name) && text.len() < LINE
            });
            headed += usize::from(head.is_some());
            starts.push(head.unwrap_or(low.min(pivot)));
        }
        if headed * 10 < count * 7 {
            return None;
        }
        let mut pattern = Self {
            pivots: self.pivots.clone(),
            before: 0,
            after: 0,
            close: (self.pivots[count - 1] + 1 + after).min(reader.lines.len() as u32),
            starts,
            reversed: true,
            lead: 1,
            tails: self.tails.clone(),
            constants: self.constants.clone(),
            words: Vec::new(),
        };
        pattern.words = pattern.below_frames(reader);
        Some(pattern)
    }

    /// The same pivots as the last lines of posts but for buttons: each post begins below the buttons of the one
    /// before.
    pub(super) fn ending(&self, reader: &Reader<'_, '_, '_>) -> Option<Self> {
        let count = self.pivots.len();
        if count < 2 || self.reversed || !self.is_shifted(reader, &self.masses(reader)) {
            return None;
        }
        let total = reader.lines.len() as u32;
        let below = |at: usize| {
            let close = self.pivots.get(at + 1).copied().unwrap_or(total).min(self.pivots[at] + 1 + FRAME as u32);
            (self.pivots[at] + 1..close)
                .find(|&block| {
                    !reader.lines[block as usize].action && reader.text(block).chars().any(char::is_alphanumeric)
                })
                .unwrap_or(close)
        };
        let mut starts: Vec<u32> = (0..count - 1).map(below).collect();
        // How many lines stand above the words, and which of them all posts share.
        let mut lead = 0;
        let mut shared = None;
        for distance in 0..4 {
            let column = Column::of(reader, &starts, distance);
            let low = column.seen * 10 >= starts.len() as u32 * 8 && column.short * 10 >= column.seen * 9;
            if !low || column.wordy * 5 > column.seen || column.bytes > column.seen * 30 {
                break;
            }
            lead = distance as u32 + 1;
            if shared.is_none() {
                shared = column.constant().map(|mask| (distance as u32, mask));
            }
        }
        let longest = self.pivots.windows(2).map(|pair| pair[1] - pair[0]).max()?.min(400);
        let first = self.pivots[0];
        let low = first.saturating_sub(longest);
        let head = shared
            .and_then(|(distance, mask)| {
                (low..first)
                    .rev()
                    .find(|&block| reader.lines[block as usize].mask == mask)
                    .map(|block| block.saturating_sub(distance))
            })
            .unwrap_or_else(|| {
                let worded = |block: &u32| {
                    let line = &reader.lines[*block as usize];
                    line.comment >= HEARD && (line.bytes >= 20 || !line.short)
                };
                let mut top = first;
                while let Some(above) = (low.max(top.saturating_sub(2))..top).find(worded) {
                    top = above;
                }
                top.saturating_sub(lead)
            });
        starts.insert(0, head);
        let mut pattern = Self {
            pivots: self.pivots.clone(),
            before: 0,
            after: 0,
            close: below(count - 1),
            starts,
            reversed: true,
            lead,
            tails: self.tails.clone(),
            constants: self.constants.clone(),
            words: Vec::new(),
        };
        pattern.words = pattern.below_frames(reader);
        Some(pattern)
    }

    /// The first line of each post below its frame: the lines right of or below the pivot that many posts share,
    /// labels with their values, and whatever stands between them.
    fn below_frames(&self, reader: &Reader<'_, '_, '_>) -> Vec<u32> {
        let count = self.pivots.len();
        let until = |at: usize| if self.is_reversed() { self.pivots[at] } else { self.end(at) };
        // Of each mask: posts that have it near the top, and how much of their words stood above it.
        let mut seen: HashMap<u64, (usize, f64)> = HashMap::new();
        let mut own: Vec<u64> = Vec::new();
        for at in 0..count {
            let from = self.head(at);
            let mass = |block: u32| {
                let line = &reader.lines[block as usize];
                if line.bytes < 20 || line.action { 0.0 } else { f64::from(line.comment) * f64::from(line.bytes) }
            };
            let all: f64 = (from..until(at).min(from + 200)).map(mass).sum();
            let mut above = 0.0;
            own.clear();
            for block in from..until(at).min(from + TOP) {
                let line = &reader.lines[block as usize];
                if line.short && !own.contains(&line.mask) {
                    own.push(line.mask);
                    let (posts, share) = seen.entry(line.mask).or_default();
                    *posts += 1;
                    *share += above / f64::max(all, 1.0);
                }
                above += mass(block);
            }
        }
        let least = (count * 2 / 5).max(if count > 3 { 3 } else { 2 });
        let is_head = |line: &Line| {
            line.profile
                || line.short
                    && (line.member
                        || seen
                            .get(&line.mask)
                            .is_some_and(|&(posts, share)| posts >= least && share < 0.2 * posts as f64))
        };
        (0..count)
            .map(|at| {
                let from = self.head(at);
                let mut words = from;
                let mut other = 0;
                for block in from..until(at).min(from + TOP) {
                    let line = &reader.lines[block as usize];
                    if is_head(line) {
                        words = block + 1;
                        other = 0;
                        continue;
                    }
                    // The value of a label.
                    if block == words && block > from && line.short && reader.lines[block as usize - 1].label {
                        words = block + 1;
                        continue;
                    }
                    other += 1;
                    if other > BETWEEN || !line.short || (line.comment >= SURE && line.bytes >= 40) {
                        break;
                    }
                }
                words
            })
            .collect()
    }

    /// Whether nearly all posts have such a line.
    pub(super) fn is_shared(&self, line: &Line) -> bool {
        let often = |seen: Option<&usize>| seen.is_some_and(|&seen| seen * 10 >= self.pivots.len() * 9);
        often(self.tails.get(&line.mask)) || often(self.constants.get(&line.mask))
    }

    /// The first line of a post that may be words.
    pub(super) fn words(&self, at: usize) -> u32 {
        self.words.get(at).copied().unwrap_or_else(|| self.head(at)).min(self.end(at))
    }

    /// Where the last post ends: after its buttons, or where its words do.
    fn last_line(&self, reader: &Reader<'_, '_, '_>) -> u32 {
        let last = self.pivots[self.pivots.len() - 1];
        let from = last + 1 + self.after as u32;
        let longest = self.pivots.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(60).max(40);
        let close = from.saturating_add(longest).min(reader.lines.len() as u32);
        let mut end = from.min(close).max(last + 1);
        let mut quiet = 0;
        let mut worded = false;
        for block in from..close {
            let line = &reader.lines[block as usize];
            if self.tails.contains_key(&line.mask) {
                // The buttons, and those right below them.
                let mut stop = block + 1;
                while stop < close && self.tails.contains_key(&reader.lines[stop as usize].mask) {
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

    /// How much of what may be comments' words the pattern parts, times how much it is like a thread; 0 where it is
    /// none.
    pub(super) fn worth(&self, reader: &Reader<'_, '_, '_>) -> f64 {
        let mut score = 0.0;
        let mut comment = 0.0;
        let mut bytes = 0.0;
        let mut actions = 0;
        let mut spoken = 0;
        let mut members = 0;
        let mut masses: Vec<f64> = Vec::with_capacity(self.pivots.len());
        let (mut folded, mut replies) = (0, 0);
        for at in 0..self.pivots.len() {
            let (mut mass, mut any, mut action) = (0.0_f64, false, false);
            let (mut worded, mut answered) = (false, false);
            let start = self.start(at);
            members +=
                usize::from((start..self.end(at).min(start + 30)).any(|block| reader.lines[block as usize].profile));
            let from = self.words(at);
            for block in from..self.end(at).min(from + 400) {
                let line = &reader.lines[block as usize];
                action |= line.action;
                answered |= line.reply;
                if self.tails.contains_key(&line.mask) || line.action {
                    continue;
                }
                worded |= line.bytes > 0;
                any |= line.comment >= SURE;
                mass += f64::from(line.comment) * f64::from(line.bytes);
                bytes += f64::from(line.bytes);
            }
            comment += mass;
            score += mass.min(6000.0).sqrt();
            masses.push(mass);
            actions += usize::from(action);
            spoken += usize::from(any || (worded && answered));
            replies += usize::from(worded && answered);
            let below = (self.pivots[at] + 1..self.end(at)).filter(|&block| reader.lines[block as usize].bytes > 1);
            folded += usize::from(!worded && (1..=FOLDED).contains(&below.take(FOLDED + 1).count()));
        }
        let count = self.pivots.len() as f64;
        // Posts that are folded up have no words and no buttons to answer, where the others have both.
        let answered = replies * 10 >= (self.pivots.len() - folded) * 6;
        let open = if answered { (count - folded as f64).max(0.25 * count) } else { count };
        let times = bylines::times(reader, self);
        let dated = times.iter().flatten().count() as f64 / count;
        let named = bylines::named(reader, self, &times) as f64 / count;
        let counted = self.counted(reader);
        let likeness = 1.5 * comment / f64::max(bytes, 1.0)
            + 0.5 * actions as f64 / count
            + 0.8 * spoken as f64 / open
            + 0.6 * dated * steady(reader, &times)
            + 0.4 * named
            + 0.7 * counted
            + 0.4 * members as f64 / count
            - if self.pivots.len() == 1 { 0.8 } else { 0.0 };
        if likeness < LIKENESS {
            return 0.0;
        }
        let phase = if self.is_shifted(reader, &masses) { 0.4 } else { 1.0 };
        // A part without words is more likely half a post than a post without words.
        // Where posts are numbered, each has its number.
        let worded = (masses.iter().filter(|&&mass| mass > WORDED).count() as f64 / open).min(1.0);
        score * likeness * phase * worded.max(counted) * self.apart(reader)
    }

    /// How much of the lines written like the pivots are pivots, from 0.5: where others stand between them, posts
    /// are joined.
    fn apart(&self, reader: &Reader<'_, '_, '_>) -> f64 {
        let mut forms: HashMap<(u64, u8), usize> = HashMap::new();
        for form in self.pivots.iter().filter_map(|pivot| reader.forms.get(pivot)) {
            *forms.entry(*form).or_insert(0) += 1;
        }
        let count = self.pivots.len();
        forms.retain(|_, seen| *seen * 4 >= count);
        let (from, to) = (self.pivots[0], self.pivots[count - 1]);
        let mut known = self.pivots.iter().copied().peekable();
        let mut others = 0;
        for anchor in &reader.anchors[reader.anchors.partition_point(|anchor| anchor.block < from)..] {
            if anchor.block > to {
                break;
            }
            while known.peek().is_some_and(|&pivot| pivot < anchor.block) {
                known.next();
            }
            let like = reader.forms.get(&anchor.block).is_some_and(|form| forms.contains_key(form));
            others += usize::from(like && known.peek() != Some(&anchor.block));
        }
        1.0 - 0.5 * (others as f64 / count as f64).min(1.0)
    }

    /// Share of the posts whose number (`#12`) is one more, or one less, than that of the post before.
    fn counted(&self, reader: &Reader<'_, '_, '_>) -> f64 {
        let count = self.pivots.len();
        if count < 2 {
            return 0.0;
        }
        let numbers: Vec<Option<i64>> = (0..count)
            .map(|at| {
                let start = self.start(at);
                (start..self.end(at).min(start + 40)).find_map(|block| reader.number(block))
            })
            .collect();
        let steps =
            |step: i64| numbers.windows(2).filter(|pair| matches!(pair, [Some(a), Some(b)] if b - a == step)).count();
        steps(1).max(steps(-1)) as f64 / (count - 1) as f64
    }

    /// How much of each post may be comments' words.
    fn masses(&self, reader: &Reader<'_, '_, '_>) -> Vec<f64> {
        (0..self.pivots.len())
            .map(|at| {
                let from = self.words(at);
                (from..self.end(at).min(from + 400))
                    .map(|block| &reader.lines[block as usize])
                    .filter(|line| !self.tails.contains_key(&line.mask) && !line.action)
                    .map(|line| f64::from(line.comment) * f64::from(line.bytes))
                    .sum()
            })
            .collect()
    }

    /// Whether the words stand before the pivots and not after them.
    fn is_shifted(&self, reader: &Reader<'_, '_, '_>, masses: &[f64]) -> bool {
        if masses.len() < 2 || self.is_reversed() {
            return false;
        }
        // Words right above the lines of frame and buttons right below them, or the other way round.
        let mut lean = 0;
        for at in 0..self.pivots.len() {
            let worded = |line: &&Line| line.comment >= SURE && line.bytes >= 20 && !line.action;
            let above = self.start(at).checked_sub(1).map(|block| &reader.lines[block as usize]);
            let below = reader.lines.get(self.words(at) as usize);
            lean +=
                i64::from(above.is_some_and(|line| worded(&line))) - i64::from(above.is_some_and(|line| line.action));
            lean -=
                i64::from(below.is_some_and(|line| worded(&line))) - i64::from(below.is_some_and(|line| line.action));
        }
        let count = self.pivots.len() as i64;
        if lean * 3 <= -count || lean * 5 >= count * 4 {
            return lean > 0;
        }
        // None after the last, some before the first.
        let mut sorted = masses[..masses.len() - 1].to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted[sorted.len() / 2];
        let last = masses[masses.len() - 1];
        let gap = median(self.pivots.windows(2).map(|pair| pair[1] - pair[0]));
        let start = self.start(0);
        let lead: f64 = (start.saturating_sub(gap)..start)
            .map(|block| &reader.lines[block as usize])
            .map(|line| f64::from(line.comment) * f64::from(line.bytes))
            .sum();
        let least = if lean > 0 && last < 0.02 * middle { 0.1 } else { 0.4 };
        last < 0.25 * middle && lead > least * middle
    }
}

/// Share of the times that follow in order, one way or the other; 0 to 1.
fn steady(reader: &Reader<'_, '_, '_>, times: &[Option<u32>]) -> f64 {
    let seconds: Vec<i64> = times
        .iter()
        .flatten()
        .filter_map(|&time| match reader.anchors[time as usize].time {
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

/// The first line of each post: as many lines above its pivot as the frames have, and above them lines that many
/// posts share there, the first one too.
fn above_frames(reader: &Reader<'_, '_, '_>, pivots: &[u32], before: usize) -> Vec<u32> {
    let count = pivots.len();
    let mut tops = shared_above(reader, pivots, before);
    // Buttons, and lines that begin alike in many posts but the first, are the end of the post before.
    let mut openings: HashMap<u64, usize> = HashMap::new();
    let near = |at: usize| {
        pivots[at].saturating_sub(FRAME as u32).max(if at == 0 { 0 } else { pivots[at - 1] + 1 })..pivots[at]
    };
    for at in 1..pivots.len() {
        let mut own: Vec<u64> = near(at)
            .map(|block| &reader.lines[block as usize])
            .filter(|line| !line.member)
            .map(|line| line.first)
            .collect();
        own.retain(|&word| word != 0);
        own.sort_unstable();
        own.dedup();
        for word in own {
            *openings.entry(word).or_insert(0) += 1;
        }
    }
    openings.retain(|_, seen| *seen >= 3 && *seen * 5 >= pivots.len() * 2);
    for block in near(0) {
        openings.remove(&reader.lines[block as usize].first);
    }
    let above_first: Vec<u64> = near(0).map(|block| reader.lines[block as usize].mask).collect();
    // So are lines that many have above them but the first has not, and the last has below it.
    let mut ends: HashMap<u64, usize> = HashMap::new();
    for at in 1..pivots.len() {
        let mut own: Vec<u64> = (tops[at]..pivots[at])
            .map(|block| &reader.lines[block as usize])
            .filter(|line| line.bytes > 1 && !line.member)
            .map(|line| line.mask)
            .collect();
        own.sort_unstable();
        own.dedup();
        for mask in own {
            *ends.entry(mask).or_insert(0) += 1;
        }
    }
    ends.retain(|&mask, seen| {
        *seen >= 3 && *seen * 5 >= pivots.len() * 2 && !above_first.contains(&mask) && ends_with(reader, pivots, mask)
    });
    for at in 1..pivots.len() {
        let is_end = |&block: &u32| {
            let line = &reader.lines[block as usize];
            (line.action && !above_first.contains(&line.mask))
                || openings.contains_key(&line.first)
                || ends.contains_key(&line.mask)
        };
        if let Some(end) = (tops[at]..pivots[at]).rev().find(is_end) {
            tops[at] = end + 1;
        } else if count > 2 {
            // What little stands between the end of the post before and the frame is of the frame.
            let low = tops[at].saturating_sub(BETWEEN + 1).max(pivots[at - 1] + 1);
            let is_framed = |block: u32| {
                let line = &reader.lines[block as usize];
                line.short && !line.action && line.bytes <= 40 && line.comment < SURE
            };
            let last = |&block: &u32| {
                let line = &reader.lines[block as usize];
                openings.contains_key(&line.first) || ends.contains_key(&line.mask)
            };
            let end = (low..tops[at]).rev().find(last);
            if let Some(end) = end.filter(|&end| (end + 1..tops[at]).all(is_framed)) {
                tops[at] = end + 1;
            }
        }
    }
    // What stands below a name is no beginning.
    for at in 0..pivots.len() {
        let low = if at == 0 { 0 } else { pivots[at - 1] + 1 };
        while tops[at] > low && tops[at] < pivots[at] && reader.lines[tops[at] as usize].member {
            let Some(above) = (low..tops[at]).rev().find(|&block| reader.lines[block as usize].bytes > 0) else {
                break;
            };
            let line = &reader.lines[above as usize];
            if !line.short || line.action || line.bytes > 40 || line.comment >= 0.6 {
                break;
            }
            tops[at] = above;
        }
    }
    tops
}

/// The first line of each post as far as posts share the lines above their pivots.
fn shared_above(reader: &Reader<'_, '_, '_>, pivots: &[u32], before: usize) -> Vec<u32> {
    let count = pivots.len();
    let low = |at: usize| if at == 0 { 0 } else { pivots[at - 1] + 1 };
    let mut tops: Vec<u32> = (0..count).map(|at| pivots[at].saturating_sub(before as u32).max(low(at))).collect();
    if count < 3 {
        return tops;
    }
    let above = |at: usize, top: u32| {
        (low(at).max(top.saturating_sub(TOP))..top).rev().take_while(|&block| {
            let line = &reader.lines[block as usize];
            if line.short { line.comment < SURE || line.bytes < 40 } else { line.comment < HEARD }
        })
    };
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let mut first: Vec<u64> = Vec::new();
    let mut own: Vec<u64> = Vec::new();
    for (at, &top) in tops.iter().enumerate() {
        own.clear();
        let lines = above(at, top).map(|block| &reader.lines[block as usize]);
        own.extend(lines.filter(|line| !line.action && line.bytes > 1).map(|line| line.mask));
        own.sort_unstable();
        own.dedup();
        if at == 0 {
            first.clone_from(&own);
        }
        for &mask in &own {
            *seen.entry(mask).or_insert(0) += 1;
        }
    }
    first.retain(|mask| seen[mask] * 10 >= count * 6);
    if first.is_empty() {
        return tops;
    }
    for (at, top) in tops.iter_mut().enumerate() {
        let mut other = 0;
        for block in above(at, *top) {
            if first.contains(&reader.lines[block as usize].mask) {
                *top = block;
                other = 0;
            } else {
                other += 1;
                if other > BETWEEN {
                    break;
                }
            }
        }
    }
    let more = self::before(reader, &tops) as u32;
    (0..count).map(|at| tops[at].saturating_sub(more).max(low(at))).collect()
}

/// How many lines above the pivots are of the frame.
fn before(reader: &Reader<'_, '_, '_>, pivots: &[u32]) -> usize {
    let count = pivots.len() as u32;
    let mut known = 0;
    let mut open = true;
    let mut varied = false;
    for distance in 1..=FRAME {
        let column = Column::of(reader, pivots, -(distance as i64));
        if column.seen * 10 < count * 7 || column.short * 10 < column.seen * 8 {
            break;
        }
        let Some(line) = reader.line(i64::from(pivots[0]) - distance as i64) else { break };
        match column.constant() {
            // What stands above the first post too is of the frame; else it is the end of the post before.
            Some(mask) if line.mask == mask || column.action > 0 || !line.short || ends_with(reader, pivots, mask) => {
                open = line.mask == mask && count > 1 && (count > 2 || column.action * 2 <= column.seen);
                if open {
                    known = distance;
                }
            }
            // A rank that most have.
            _ => {
                open &= line.short && !line.action && line.comment < 0.8 && column.action * 3 < column.seen;
                // A name stands by itself amid words; above it, words are words.
                open &= !varied || column.comment < 0.5 * column.seen as f32 || column.bytes < 24 * column.seen;
                varied = true;
                // A line that begins alike in all posts but the first is the end of the post before.
                open &= column.opening().is_none_or(|word| word == line.first);
                if open {
                    known = distance;
                }
            }
        }
    }
    known
}

/// Whether a line of a mask stands after the last pivot: as the end of a post.
fn ends_with(reader: &Reader<'_, '_, '_>, pivots: &[u32], mask: u64) -> bool {
    let last = pivots[pivots.len() - 1];
    let longest = pivots.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
    let close = last.saturating_add(longest).min(reader.lines.len() as u32);
    (last + 1..close).any(|block| reader.lines[block as usize].mask == mask)
}

/// How many lines below the pivots are of the frame.
fn after(reader: &Reader<'_, '_, '_>, pivots: &[u32], before: usize) -> usize {
    let count = pivots.len() as u32;
    let mut known = 0;
    for distance in 1..=FRAME {
        let column = Column::of(reader, pivots, distance as i64);
        if column.seen * 10 < count * 8 || column.short * 10 < column.seen * 8 || distance > known + 2 {
            break;
        }
        let same = column.constant().is_some() && count > 2;
        if !same && column.wordy * 5 > column.seen {
            break;
        }
        // A name below a line that holds none.
        let name = distance == 1 && before == 0 && count > 2 && column.short == column.seen && nameless(reader, pivots);
        if same || name {
            known = distance;
        }
    }
    known
}

/// Whether hardly a pivot holds more than a time.
fn nameless(reader: &Reader<'_, '_, '_>, pivots: &[u32]) -> bool {
    let bare = pivots.iter().filter(|&&pivot| {
        let at = reader.anchors.partition_point(|anchor| anchor.block < pivot);
        reader.anchors.get(at).filter(|anchor| anchor.block == pivot).is_some_and(|_| {
            let (before, after) = reader.around(at as u32);
            [before, after].into_iter().all(|text| text.chars().filter(|c| c.is_alphabetic()).count() < 2)
        })
    });
    bare.count() * 10 >= pivots.len() * 8
}

/// The lines at one distance from all pivots.
#[derive(Default)]
struct Column {
    seen: u32,
    short: u32,
    action: u32,
    /// Lines that are a comment's own words.
    wordy: u32,
    bytes: u32,
    /// The sum of the lines' probabilities of being words.
    comment: f32,
    firsts: HashMap<u64, u32>,
    masks: HashMap<u64, u32>,
}

impl Column {
    fn of(reader: &Reader<'_, '_, '_>, pivots: &[u32], distance: i64) -> Self {
        let mut column = Self::default();
        for (at, &pivot) in pivots.iter().enumerate() {
            let place = i64::from(pivot) + distance;
            let low = if at == 0 { 0 } else { i64::from(pivots[at - 1]) + 1 };
            let high = pivots.get(at + 1).map_or(reader.lines.len() as i64, |&next| i64::from(next));
            let Some(line) = reader.line(place).filter(|_| place >= low && place < high) else { continue };
            column.seen += 1;
            column.short += u32::from(line.short && (line.comment < 0.8 || line.bytes < 30));
            column.bytes += line.bytes;
            column.comment += line.comment;
            *column.firsts.entry(line.first).or_insert(0) += 1;
            column.action += u32::from(line.action);
            column.wordy += u32::from(line.comment >= SURE && line.bytes >= 20);
            *column.masks.entry(line.mask).or_insert(0) += 1;
        }
        column
    }

    /// The first word that most lines of the column share.
    fn opening(&self) -> Option<u64> {
        let (&word, &most) = self.firsts.iter().max_by_key(|&(&word, &seen)| (seen, word))?;
        (most * 2 >= self.seen && self.seen >= 3 && word != 0).then_some(word)
    }

    /// The mask that most lines of the column share.
    fn constant(&self) -> Option<u64> {
        let (&mask, &most) = self.masks.iter().max_by_key(|&(&mask, &seen)| (seen, mask))?;
        (most * 10 >= self.seen * 6 && mask != 0).then_some(mask)
    }
}
