//! Where times stand: the anchors that posts hang on.

use super::view::named;
use crate::dates::{self, Hints, Time, When};
use crate::evidence::Evidence;
use crate::page::{Block, NodeId, Page, Run, Tag, Tree};
use crate::record::Format;

/// A time of day, a date or an age that stands in the page.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    /// The block it stands in.
    pub(super) block: u32,
    /// Its wording, as a range of [`Page::text`].
    pub(super) shown: std::ops::Range<usize>,
    /// Its wording, where a list number of the dump is the first part of it (`3. May 2020` on a line of its own).
    pub(super) wording: Option<String>,
    /// The innermost element around it.
    pub(super) node: NodeId,
    /// What the wording says.
    pub(super) time: Option<Time>,
    /// What an attribute says.
    pub(super) machine: Option<When>,
}

impl Anchor {
    /// Whether the page shows the time at all.
    pub(super) fn is_shown(&self) -> bool {
        !self.shown.is_empty()
    }

    /// The point in time, an attribute's before the wording's.
    pub(super) fn when(&self, captured: Option<&When>) -> Option<When> {
        self.machine.or_else(|| match self.time? {
            Time::Absolute(when) => Some(when),
            Time::Relative(relative) => relative.resolve(captured?),
        })
    }
}

/// Longest text that can be a line of author and time.
const LINE: usize = 160;
/// How much of each end of a long text is searched.
const END: usize = 140;
/// Longest wording of an element that is a time as a whole.
const WORDING: usize = 80;
/// Most times that one block may carry; a block with more is a table or an archive.
const MOST: usize = 4;

/// All anchors of a page, in order.
pub(super) fn find(page: &Page<'_>, evidence: &Evidence) -> Vec<Anchor> {
    let hints = evidence.dates;
    let mut anchors = if page.format == Format::Html { machine(page, hints) } else { Vec::new() };
    let told = anchors.len();
    let mut glued_lines = 0;
    for (number, block) in page.blocks.iter().enumerate() {
        let text = page.text_of(block);
        let base = block.text.start as usize;
        if let Some(anchor) = numbered(page, block, number as u32, hints) {
            anchors.push(anchor);
            continue;
        }
        let mut found = Vec::new();
        let whole = evidence.dates_in(page, number);
        if let Some(own) = &whole {
            found.extend(own.iter().map(|found| (base, found.clone())));
        } else {
            let head = (0..=END).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            let tail = (text.len() - END..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
            found.extend(dates::find(&text[..head], &hints).map(|found| (base, found)));
            found.extend(dates::find(&text[tail..], &hints).map(|found| (base + tail, found)));
        }
        if found.is_empty() && whole.is_some() {
            found.extend(set_off(page, block, hints));
        }
        if found.is_empty() && page.format == Format::Text && glued_lines < GLUED && may_be_glued(text) {
            glued_lines += 1;
            found.extend(glued(text, hints).map(|found| (base, found)));
        }
        if found.len() > MOST {
            continue;
        }
        for (base, found) in found {
            let shown = base + found.range.start..base + found.range.end;
            let node = around(page, block, &shown);
            if page.format == Format::Html && text.len() > LINE && in_prose(page, block, node, &shown) {
                continue;
            }
            let parted = parted(page, number, shown.start, found.time, hints);
            let (time, wording) = parted.map_or((found.time, None), |(time, wording)| (time, Some(wording)));
            anchors.push(Anchor { block: number as u32, shown, node, time: Some(time), machine: None, wording });
        }
    }
    if told > 0 {
        merge(&mut anchors);
    }
    anchors
}

/// Most lines that are searched for times without a blank before them, longest such line, and longest such time.
const GLUED: usize = 2000;
const GLUED_LINE: usize = 90;
const GLUED_TIME: usize = 40;

/// Whether a line may be a name and a time that a dump prints without a blank between them.
fn may_be_glued(text: &str) -> bool {
    text.len() <= GLUED_LINE && text.bytes().any(|b| b.is_ascii_digit()) && text.starts_with(char::is_alphabetic)
}

/// The time at the end of a line, with no blank before it: `3 hours ago` of `Ann3 hours ago`.
fn glued(text: &str, hints: Hints) -> Option<dates::Found> {
    let from = text.len().saturating_sub(GLUED_TIME);
    let mut before = None;
    for (at, c) in text.char_indices() {
        let inside = before.is_some_and(char::is_alphanumeric) && c.is_alphanumeric();
        // Inside a number no time begins.
        let splits = before.is_some_and(|before: char| before.is_ascii_digit()) && c.is_ascii_digit();
        before = Some(c);
        if at < from || !inside || splits {
            continue;
        }
        let found = dates::find(&text[at..], &hints);
        if let Some(found) = found.filter(|found| found.range == (0..text.trim_end().len() - at)) {
            return Some(dates::Found { range: at..at + found.range.end, ..found });
        }
    }
    None
}

/// Times that only their elements set off: in `<b>Ann</b><i>3 hours ago</i>` nothing parts them from the name.
fn set_off(page: &Page<'_>, block: &Block, hints: Hints) -> Vec<(usize, dates::Found)> {
    let runs = page.runs_of(block);
    if runs.len() < 2 {
        return Vec::new();
    }
    let found = |run: &Run| {
        let text = page.run_text(run);
        let found = dates::find(text, &hints)?;
        (found.range.len() * 10 >= text.trim().len() * 7).then_some((run.text.start as usize, found))
    };
    runs.iter().filter_map(found).collect()
}

/// Most lines below a date that may hold its time of day, longest such line in bytes, and most letters that lead it.
const CLOCK_LINES: usize = 2;
const CLOCK_LINE: usize = 24;
const LEAD: usize = 6;

/// A date at the end of a line of a dump together with the time of day that stands in a line of its own below it.
fn parted(page: &Page<'_>, number: usize, start: usize, time: Time, hints: Hints) -> Option<(Time, String)> {
    let bare = matches!(time, Time::Absolute(when) if when.day.is_some() && when.clock.is_none());
    if page.format != Format::Text || !bare {
        return None;
    }
    let date = &page.text[start..page.blocks[number].text.end as usize];
    if date.len() > WORDING {
        return None;
    }
    let mut joined = date.to_owned();
    for block in page.blocks.get(number + 1..)?.iter().take(CLOCK_LINES) {
        let text = page.text_of(block);
        if text.len() > CLOCK_LINE {
            return None;
        }
        joined.push(' ');
        joined.push_str(text);
        if let Some(digit) = text.find(|c: char| c.is_ascii_digit()) {
            // A word may lead (`at 14:27`), a label may not.
            let lead = &text[..digit];
            if lead.contains(':') || lead.chars().filter(|c| c.is_alphabetic()).count() > LEAD {
                return None;
            }
            let found = dates::find(&joined, &hints)?;
            let told = matches!(found.time, Time::Absolute(when) if when.clock.is_some());
            let whole = !joined[found.range.end..].contains(char::is_alphanumeric);
            return (told && found.range.start == 0 && whole).then(|| (found.time, joined[found.range].to_owned()));
        }
        if text.contains(char::is_alphanumeric) {
            return None;
        }
    }
    None
}

/// A line of a dump whose list number is the day of its date.
fn numbered(page: &Page<'_>, block: &Block, number: u32, hints: Hints) -> Option<Anchor> {
    let day = block.number.filter(|day| page.format == Format::Text && (1..=31).contains(day))?;
    let text = page.text_of(block);
    if text.len() > WORDING {
        return None;
    }
    let whole = page.shown_text(block);
    let found = dates::find(&whole, &hints)?;
    let marked = whole.len() - text.len();
    let named = matches!(found.time, Time::Absolute(when) if when.day.map(u32::from) == Some(day));
    if !named || found.range.start >= marked || found.range.end <= marked {
        return None;
    }
    let start = block.text.start as usize;
    Some(Anchor {
        block: number,
        shown: start..start + found.range.end - marked,
        wording: Some(whole[found.range].to_owned()),
        node: block.node,
        time: Some(found.time),
        machine: None,
    })
}

/// Whether a date in a long text is a part of its prose: no element of its own sets it off.
fn in_prose(page: &Page<'_>, block: &Block, node: NodeId, shown: &std::ops::Range<usize>) -> bool {
    let inside: usize =
        page.runs_of(block).iter().filter(|run| page.tree.contains(node, run.node)).map(|run| run.text.len()).sum();
    inside > shown.len() + 40
}

/// The innermost element around a stretch of a block's text.
fn around(page: &Page<'_>, block: &Block, shown: &std::ops::Range<usize>) -> NodeId {
    let mut nodes = page
        .runs_of(block)
        .iter()
        .filter(|run| (run.text.start as usize) < shown.end && shown.start < run.text.end as usize)
        .map(|run| run.node);
    let Some(first) = nodes.next() else { return block.node };
    nodes.fold(first, |node, other| common(&page.tree, node, other))
}

/// The innermost element around both.
pub(super) fn common(tree: &Tree<'_>, mut a: NodeId, b: NodeId) -> NodeId {
    while !tree.contains(a, b) {
        a = tree.node(a).parent;
    }
    a
}

/// Anchors that attributes give.
fn machine(page: &Page<'_>, hints: Hints) -> Vec<Anchor> {
    let tree = &page.tree;
    let mut anchors = Vec::new();
    // The first run of each block that may stand inside the element at hand: elements come in page order.
    let mut firsts: Vec<u32> = page.blocks.iter().map(|block| block.runs.start).collect();
    for id in (1..tree.nodes.len() as u32).map(NodeId) {
        let node = tree.node(id);
        if node.attrs.is_empty() || node.blocks.len() > 1 {
            continue;
        }
        if node.blocks.is_empty() {
            if node.tag == Tag::Time {
                anchors.extend(unshown(page, id, hints));
            }
            continue;
        }
        let when = attribute(tree, id, hints);
        if when.is_none() && node.tag != Tag::Time && !named(tree, id, &TIMES) {
            continue;
        }
        let block = node.blocks.start as usize;
        let runs = &page.runs[firsts[block] as usize..page.blocks[block].runs.end as usize];
        let before = runs.iter().take_while(|run| run.node < id).count();
        firsts[block] += before as u32;
        bare(page, id, &runs[before..], hints, when, &mut anchors);
    }
    anchors
}

/// Words in the classes of elements that hold nothing but the time of a post.
const TIMES: [&str; 4] = ["datetime", "timestamp", "comment-date", "comment-time"];
/// How far above an empty time a block is looked for.
const ABOVE: usize = 4;

/// The time of an element whose wording a script would have filled in, at the block before or after it.
fn unshown(page: &Page<'_>, id: NodeId, hints: Hints) -> Option<Anchor> {
    let tree = &page.tree;
    let machine = attribute(tree, id, hints)?;
    let next = tree.node(id).blocks.start;
    let block = tree.ancestors(id).skip(1).take(ABOVE).find_map(|around| {
        let inside = tree.node(around).blocks.start..tree.node(around).blocks.end;
        next.checked_sub(1).into_iter().chain([next]).find(|block| inside.contains(block))
    })?;
    let at = page.blocks[block as usize].text.end as usize;
    Some(Anchor { block, shown: at..at, wording: None, node: id, time: None, machine: Some(machine) })
}

/// Takes the whole text of an element as a time. `runs` are those of its block from its first one on.
fn bare(page: &Page<'_>, id: NodeId, runs: &[Run], hints: Hints, machine: Option<When>, anchors: &mut Vec<Anchor>) {
    let block = page.tree.node(id).blocks.start;
    let mut inside = runs.iter().take_while(|run| page.tree.contains(id, run.node));
    let Some(first) = inside.next() else { return };
    let last = inside.last().unwrap_or(first);
    let shown = first.text.start as usize..last.text.end as usize;
    let text = &page.text[shown.clone()];
    if text.len() > WORDING || text.is_empty() {
        return;
    }
    let found = dates::find(text, &Hints { bare: true, ..hints });
    if machine.is_none() && found.is_none() {
        return;
    }
    let (shown, time) = match found {
        Some(found) => (shown.start + found.range.start..shown.start + found.range.end, Some(found.time)),
        // A button or a name with a time in its title is not the wording of that time.
        None if page.tree.tag(id) == Tag::Time || text.bytes().any(|b| b.is_ascii_digit()) => (shown, None),
        None => return,
    };
    anchors.push(Anchor { block, shown, wording: None, node: id, time, machine });
}

/// The time that an element's attributes give.
fn attribute(tree: &Tree<'_>, id: NodeId, hints: Hints) -> Option<When> {
    const NAMES: [&str; 12] = [
        "datetime",
        "data-time",
        "data-utime",
        "data-timestamp",
        "data-datetime",
        "data-date",
        "data-epoch",
        "data-unixtime",
        "data-time-string",
        "data-created",
        "title",
        "content",
    ];
    let node = tree.node(id);
    let attrs = &tree.attrs[node.attrs.range()];
    NAMES.iter().find_map(|name| {
        let attr = attrs.iter().find(|attr| attr.name == *name)?;
        if attr.raw.len() < 6 || attr.raw.len() > 60 || !attr.raw.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let value = crate::page::html::decode_entities(attr.raw);
        dates::parse_machine(&value).or_else(|| dates::find(&value, &hints)?.when())
    })
}

/// Joins what attributes and wordings say of the same place.
fn merge(anchors: &mut Vec<Anchor>) {
    anchors.sort_by_key(|anchor| (anchor.block, anchor.shown.start, std::cmp::Reverse(anchor.shown.end)));
    let mut out: Vec<Anchor> = Vec::with_capacity(anchors.len());
    for anchor in anchors.drain(..) {
        match out.last_mut() {
            Some(last) if last.block == anchor.block && anchor.shown.start < last.shown.end => {
                if last.machine.is_none() && anchor.machine.is_some() {
                    last.machine = anchor.machine;
                    last.node = anchor.node;
                }
                if last.time.is_none() {
                    last.time = anchor.time;
                }
            }
            _ => out.push(anchor),
        }
    }
    *anchors = out;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_below_their_dates() {
        let cases = [
            ("24.12.2019\n14:27\nWell, well", Some("24.12.2019 14:27")),
            ("1 August 2017 |\n12:26\nWell", Some("1 August 2017 | 12:26")),
            ("24.12.2019\n#5\nWell", None),
            ("24.12.2019\nPosts: 12.10\nWell", None),
            ("24.12.2019\n14:27 is when it began\n", None),
        ];
        for (text, wording) in cases {
            let page = crate::page::cut(text, Format::Text);
            let anchors = find(&page, &Evidence::default());
            assert_eq!(anchors[0].wording.as_deref(), wording, "{text}");
            assert_eq!(anchors.len(), 1, "{text}");
        }
    }

    #[test]
    fn times_with_no_blank_before_them() {
        let cases = [
            ("Ann3 hours ago", Some("3 hours ago")),
            ("Bo Ek12 March 2020, 10:05", Some("12 March 2020, 10:05")),
            ("Room12", None),
            ("Ann 2 replies", None),
        ];
        for (line, time) in cases {
            assert_eq!(glued(line, Hints::default()).map(|found| &line[found.range]), time, "{line}");
        }
    }
}
