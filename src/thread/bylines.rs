//! Who wrote the posts of a dump, and when: one place in the pattern for all of them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::lines::{LINE, Reader, SHORT};
use super::names;
use super::pattern::Pattern;
use super::tails;
use super::words;
use crate::bayes::hash;
use crate::dates::Time;

/// A name and a second one.
pub(super) type Names = (Option<String>, Option<String>);

/// Most times of one post that are looked at, from either end.
const TIMES: usize = 6;

/// The time of each post, as a place among the anchors: of those within, the one written as in the other posts.
pub(super) fn times(reader: &Reader<'_, '_, '_>, pattern: &Pattern) -> Vec<Option<u32>> {
    #[derive(Default)]
    struct Way {
        seen: u32,
        clocks: u32,
        rises: u32,
        falls: u32,
        order: u32,
        joined: u32,
        last: Option<i64>,
    }
    let count = pattern.pivots.len();
    let (first, last) = (pattern.start(0), pattern.end(count - 1));
    let inside = reader.anchors.partition_point(|anchor| anchor.block < first)
        ..reader.anchors.partition_point(|anchor| anchor.block < last);
    let mut words_before: HashMap<&str, usize> = HashMap::new();
    // How often each label stands right above a time.
    let mut labels: HashMap<u64, usize> = HashMap::new();
    let label_above = |time: usize| {
        let above = reader.anchors[time].block.checked_sub(1)?;
        let line = &reader.lines[above as usize];
        (line.label && reader.around(time as u32).0.is_empty()).then_some((above, line))
    };
    for time in inside {
        *words_before.entry(last_word(reader.around(time as u32).0)).or_insert(0) += 1;
        if let Some((_, line)) = label_above(time) {
            *labels.entry(line.mask).or_insert(0) += 1;
        }
    }
    let mut ways: BTreeMap<u64, Way> = BTreeMap::new();
    let mut own: Vec<Vec<(u64, u32)>> = Vec::with_capacity(pattern.pivots.len());
    for at in 0..pattern.pivots.len() {
        let (start, end) = (pattern.start(at), pattern.end(at));
        let from = reader.anchors.partition_point(|anchor| anchor.block < start);
        let to = reader.anchors.partition_point(|anchor| anchor.block < end);
        let all: Vec<usize> =
            (from..to).filter(|&time| reader.text(reader.anchors[time].block).len() <= LINE).collect();
        let mut here: Vec<(u64, u32)> = Vec::new();
        for (order, &time) in all.iter().enumerate() {
            if order >= TIMES && order + TIMES < all.len() {
                continue;
            }
            let block = reader.anchors[time].block;
            let (before, after) = reader.around(time as u32);
            let word = last_word(before);
            let often = words_before.get(word).is_some_and(|&seen| seen >= 3 && seen * 10 >= count * 3);
            let word = if often { word } else { "*" };
            let place = i64::from(block) - i64::from(pattern.pivots[at]);
            let near = if place.abs() <= pattern.before.max(pattern.after) as i64 + 1 { place } else { 99 };
            let label = label_above(time);
            let mut key = match label {
                Some((above, line)) if reader.text(above).ends_with([':', '：']) => line.mask,
                _ => hash(near as u64, word.as_bytes()),
            };
            key = hash(key, &[reader.has_clock(time as u32), u8::from(after.is_empty())]);
            if here.iter().any(|&(known, _)| known == key) || reader.tells_of_member(time as u32) {
                continue;
            }
            here.push((key, time as u32));
            let way = ways.entry(key).or_default();
            way.seen += 1;
            way.order += order.min(8) as u32;
            way.clocks += u32::from(reader.has_clock(time as u32));
            way.joined += u32::from(
                reader.lines[block as usize].member
                    || label.is_some_and(|(_, line)| line.member && labels[&line.mask] * 5 >= count * 2)
                    || reader.view.wording(block).is_edited_line(),
            );
            if let Some(Time::Absolute(when)) = reader.anchors[time].time {
                let seconds = when.seconds();
                match way.last {
                    Some(last) if seconds >= last => way.rises += 1,
                    Some(_) => way.falls += 1,
                    None => {}
                }
                way.last = Some(seconds);
            }
        }
        own.push(here);
    }
    let count = count as f64;
    let worth = |way: &Way| {
        let seen = f64::from(way.seen);
        let moves = f64::from(way.rises + way.falls);
        let steady = if moves > 0.0 { f64::from(way.rises.max(way.falls)) / moves } else { 0.6 };
        2.0 * seen / count + 0.4 * f64::from(way.clocks) / seen + 1.2 * steady
            - 0.1 * f64::from(way.order) / seen
            - 1.5 * f64::from(way.joined) / seen
    };
    let worths: BTreeMap<u64, f64> = ways.iter().map(|(&key, way)| (key, worth(way))).collect();
    let best = worths.values().copied().fold(f64::MIN, f64::max);
    own.into_iter()
        .map(|here| {
            let (key, time) =
                here.into_iter().max_by(|a, b| worths[&a.0].total_cmp(&worths[&b.0]).then(b.1.cmp(&a.1)))?;
            (worths[&key] > best - 2.2).then_some(time)
        })
        .collect()
}

/// Whether a line holds a time.
fn is_dated(reader: &Reader<'_, '_, '_>, block: u32) -> bool {
    let at = reader.anchors.partition_point(|anchor| anchor.block < block);
    reader.anchors.get(at).is_some_and(|anchor| anchor.block == block)
}

/// The lines in one place of all posts, each with whether nearly all posts have it somewhere: where few have it here,
/// it is no name.
fn unshared<'t>(lines: &[Option<(&'t str, bool)>]) -> Vec<Option<&'t str>> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (text, _) in lines.iter().flatten() {
        *seen.entry(text).or_insert(0) += 1;
    }
    let shown = lines.iter().flatten().count();
    let kept = |&(text, shared): &(&'t str, bool)| !shared || seen[text] * 2 > shown;
    lines.iter().map(|line| line.filter(kept).map(|(text, _)| text)).collect()
}

fn last_word(text: &str) -> &str {
    text.split_whitespace().next_back().unwrap_or_default()
}

/// The names in one place of all posts, with what speaks for them.
type Column = (f64, Vec<Option<String>>);

/// Least worth of the place that holds the names.
const NAMES: f64 = 1.6;

/// Who wrote each post, with a second name where one is shown.
pub(super) fn authors(reader: &Reader<'_, '_, '_>, pattern: &Pattern, times: &[Option<u32>]) -> Vec<Names> {
    let mut columns = columns(reader, pattern, times);
    let Some(best) = columns.iter().position(|column| column.0 > NAMES || are_guests(&column.1)) else {
        return vec![(None, None); pattern.pivots.len()];
    };
    let mut found = columns.swap_remove(best).1;
    fill(&mut found, &columns);
    recall(reader, pattern, &mut found);
    found.into_iter().map(|name| name.map_or((None, None), |name| names::second(&name))).collect()
}

/// How many posts have a name in the place that holds the names.
pub(super) fn named(reader: &Reader<'_, '_, '_>, pattern: &Pattern, times: &[Option<u32>]) -> usize {
    let columns = columns(reader, pattern, times);
    columns.first().filter(|column| column.0 > NAMES).map_or(0, |column| column.1.iter().flatten().count())
}

/// All places that may hold the names, the likeliest first.
fn columns(reader: &Reader<'_, '_, '_>, pattern: &Pattern, times: &[Option<u32>]) -> Vec<Column> {
    let count = pattern.pivots.len();
    let (quoted, called) = mentions(reader, pattern);
    let heard: HashSet<&str> = quoted.iter().copied().chain(beside_times(reader, pattern)).collect();
    let mentions: HashSet<&str> = quoted.union(&called).copied().collect();
    let mut columns: Vec<Column> = Vec::new();
    let mut take = |values: Vec<Option<&str>>, bonus: f64| {
        let values = names::tidy(&values, &heard);
        columns.push((worth_of_names(&values, &mentions) + bonus, values));
    };
    let side = |first: bool| {
        times
            .iter()
            .map(|time| {
                let (before, after) = reader.around((*time)?);
                let text = if first { before } else { names::first_part(after)? };
                let text = text.trim_matches(|c: char| {
                    matches!(c, '|' | '•' | '·' | '»' | '«' | '-' | '–' | '—' | ',' | '@' | '/') || c.is_whitespace()
                });
                Some(text).filter(|text| !text.is_empty())
            })
            .collect::<Vec<_>>()
    };
    take(side(true), 0.5);
    take(side(false), 0.2);
    let line = |block: u32| (reader.text(block), count >= 3 && pattern.is_shared(&reader.lines[block as usize]));
    let below = |offset: i64, from_time: bool| {
        (0..count)
            .map(|at| {
                let base = if from_time { reader.anchors[times[at]? as usize].block } else { pattern.pivots[at] };
                let place = u32::try_from(i64::from(base) + offset).ok()?;
                let text = (place >= pattern.start(at) && place < pattern.end(at)).then(|| reader.text(place))?;
                let label = text.ends_with([':', '：']) && !words::says(text);
                (text.len() < SHORT && !label && !is_dated(reader, place)).then(|| line(place))
            })
            .collect::<Vec<_>>()
    };
    let below = |offset: i64, from_time: bool| unshared(&below(offset, from_time));
    for distance in 0..=pattern.before as i64 {
        take(below(-distance, false), 0.2 + 0.02 * distance as f64);
    }
    for distance in 1..=pattern.after as i64 {
        take(below(distance, false), 0.1 - 0.03 * distance as f64);
    }
    if (0..count).any(|at| times[at].is_some_and(|time| reader.anchors[time as usize].block != pattern.pivots[at])) {
        for distance in [-1, -2, 1] {
            take(below(distance, true), 0.15 - 0.05 * distance.abs() as f64);
        }
    }
    let echo = |at: usize| {
        let (from, to) = (pattern.words(at), pattern.end(at));
        let last = to.saturating_sub(tails::TAIL as u32).max(from + 1)..to;
        let said: Vec<&str> = (from..to).take(1).chain(last).map(|block| reader.text(block)).collect();
        Some(tails::echo(&said)?.1)
    };
    take((0..count).map(echo).collect(), 0.0);
    // The first line of the frame that may be a name, whatever stands above and below it.
    let first: Vec<Option<&str>> = (0..count)
        .map(|at| {
            (pattern.start(at)..pattern.words(at).min(pattern.start(at) + 12)).find_map(|block| {
                let line = &reader.lines[block as usize];
                let text = reader.text(block);
                let name = line.short
                    && !line.action
                    && !line.member
                    && !line.label
                    && text.chars().filter(|c| c.is_alphanumeric()).count() > 1
                    && text.chars().any(char::is_alphabetic)
                    && !pattern.is_shared(line)
                    && !is_dated(reader, block);
                name.then_some(text)
            })
        })
        .collect();
    take(first, 0.35);
    for distance in 0..3_u32 {
        let top = (0..count).map(|at| {
            let block = pattern.start(at) + distance;
            let text = (block < pattern.words(at)).then(|| reader.text(block))?;
            let name = text.len() < SHORT && !text.is_empty() && !is_dated(reader, block);
            name.then(|| line(block))
        });
        take(unshared(&top.collect::<Vec<_>>()), 0.3 - 0.05 * f64::from(distance));
    }
    columns.sort_by(|a, b| b.0.total_cmp(&a.0));
    columns
}

/// Least share of the posts in which a column may name the same as another to stand in for it.
const AGREED: f64 = 0.8;

/// Fills the gaps of a column with what others name that agree with it elsewhere.
fn fill(found: &mut [Option<String>], columns: &[Column]) {
    for (_, other) in columns {
        if found.iter().all(Option::is_some) {
            break;
        }
        let both = || found.iter().zip(other).filter_map(|(name, other)| name.as_ref().zip(other.as_ref()));
        let alike = both().filter(|(name, other)| name == other).count();
        if alike >= 2 && alike as f64 >= AGREED * both().count() as f64 {
            for (name, other) in found.iter_mut().zip(other).filter(|(name, _)| name.is_none()) {
                name.clone_from(other);
            }
        }
    }
}

/// Fills what gaps are left with the names of other posts, where one stands in the frame.
fn recall(reader: &Reader<'_, '_, '_>, pattern: &Pattern, found: &mut [Option<String>]) {
    if found.iter().all(Option::is_some) {
        return;
    }
    let known: HashSet<String> = found.iter().flatten().cloned().collect();
    for (at, name) in found.iter_mut().enumerate().filter(|(_, name)| name.is_none()) {
        let start = pattern.start(at);
        let frame = start..pattern.words(at).min(start + TOP);
        *name = frame.map(|block| reader.text(block)).find(|&text| known.contains(text)).map(str::to_owned);
    }
}

/// Whether all posts are by guests of no other name.
fn are_guests(values: &[Option<String>]) -> bool {
    let Some(name) = values.iter().flatten().next() else { return false };
    let same = values.iter().flatten().filter(|value| *value == name).count();
    values.len() >= 3
        && name.chars().all(char::is_alphabetic)
        && words::is_member_line(name)
        && !words::is_action(name)
        && same as f64 >= AGREED * values.len() as f64
}

/// Most lines of a frame in which a name is looked for.
const TOP: u32 = 12;
/// Longest name beside a time.
const BESIDE: usize = 40;

/// What stands before the times of posts: `Ann` of `Ann, 3 May 2020`.
fn beside_times<'r>(reader: &'r Reader<'_, '_, '_>, pattern: &Pattern) -> Vec<&'r str> {
    let (from, to) = (pattern.start(0), pattern.end(pattern.pivots.len() - 1));
    let first = reader.anchors.partition_point(|anchor| anchor.block < from);
    let last = reader.anchors.partition_point(|anchor| anchor.block < to);
    (first..last)
        .filter(|&time| reader.text(reader.anchors[time].block).len() <= LINE)
        .filter_map(|time| reader.around(time as u32).0.strip_suffix(','))
        .filter(|name| name.len() >= 3 && name.len() <= BESIDE)
        .collect()
}

/// Most lines that are looked through for names.
const MENTIONS: usize = 300;

/// The names of those whose words are quoted, and the first words of those who are called with an `@`.
fn mentions<'p>(reader: &Reader<'_, 'p, '_>, pattern: &Pattern) -> (HashSet<&'p str>, HashSet<&'p str>) {
    let mut quoted = HashSet::new();
    let mut called = HashSet::new();
    let (from, to) = (pattern.start(0), pattern.end(pattern.pivots.len() - 1));
    for block in from..to.min(from + 5000) {
        let text = reader.text(block);
        if quoted.len() + called.len() >= MENTIONS {
            break;
        }
        if text.len() < 100 && text.ends_with([':', '：', '↑']) {
            quoted.extend(words::quoted_name(text));
        }
        for call in text.split_whitespace().filter(|word| word.len() > 3 && word.starts_with('@')).take(3) {
            called.insert(call.trim_matches(|c: char| !c.is_alphanumeric()));
        }
    }
    (quoted, called)
}

fn worth_of_names(values: &[Option<String>], mentions: &HashSet<&str>) -> f64 {
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
                || value.contains(['#', ':', '%', '|'])
                || words::is_action(value)
                || words::is_member_line(value)
        })
        .count() as f64
        / seen;
    let mut names: Vec<&str> = different.keys().copied().filter(|name| name.len() >= 3).collect();
    names.sort_unstable();
    let called = names.iter().take(64).filter(|name| mentions.contains(*name)).count() as f64;
    let most = different.values().copied().max().unwrap_or(0) as f64 / seen;
    let same = match shown.len() {
        3.. if different.len() == 1 => 1.5,
        5.. if most > 0.5 && distinct < 0.5 => 0.5,
        _ => 0.0,
    };
    2.0 * seen / values.len() as f64 + 2.0 * distinct.min(0.5) + 0.4 * called.min(2.0)
        - same
        - 2.5 * odd
        - (mean - 20.0).max(0.0) / 12.0
}
