//! How far a block stands from the lines that open and close the parts of a page: "Read also", "Share", "Comments",
//! "Log in", "All rights reserved", headings, prose. In a dump these are all that is left of the page's boxes.

use super::features::{Row, log};
use super::signals::{Signals, item_class};
use crate::bayes::hash;
use crate::hashed::HashedMap;
use crate::lexicon::Class;
use crate::page::{Page, Shape};

/// Steps from which on all distances are the same.
const FAR: u8 = 60;
/// Share of a block that known phrases must cover for the block to be a mark.
const COVER: f32 = 0.6;

/// The marks: name and the classes of phrases, of which one must be the block, or nearly all of it.
const PHRASES: [(&str, &[Class]); 10] = [
    ("related", &[Class::Related]),
    ("comments", &[Class::Comments, Class::CommentForm, Class::Answers]),
    ("talk", &[Class::Reply, Class::Report, Class::Vote, Class::Says, Class::Tombstone]),
    ("byline", &[Class::Byline, Class::Published, Class::Member]),
    ("share", &[Class::Share, Class::Network, Class::Follow]),
    ("member", &[Class::Login, Class::Register, Class::Subscribe, Class::Paywall]),
    ("foot", &[Class::Footer, Class::Legal, Class::Consent]),
    ("menu", &[Class::Navigation, Class::Search, Class::Contents]),
    ("tags", &[Class::Tags, Class::AuthorBio]),
    ("shop", &[Class::Shop, Class::Advert]),
];
const HEADING: usize = PHRASES.len();
const PROSE: usize = HEADING + 1;
const DATE: usize = PROSE + 1;
const MOMENT: usize = DATE + 1;
/// How many marks there are.
const COUNT: usize = MOMENT + 1;

/// The marks' names.
fn names() -> impl Iterator<Item = &'static str> {
    PHRASES.iter().map(|(name, _)| *name).chain(["heading", "prose", "date", "moment"])
}

/// Distances of every block of a page to the nearest mark of each sort, before and behind.
pub(super) struct Marks {
    since: Vec<[u8; COUNT]>,
    until: Vec<[u8; COUNT]>,
    stamps: Vec<Stamps>,
}

/// The dated lines next to a block. Those of comments and of lists come many times alike, an article's once.
#[derive(Clone, Copy, Default)]
struct Stamps {
    /// How many lines on the page are like the last dated one before the block, and how many of them stand before it.
    before: (u16, u16),
    /// The same of the next dated one, the block itself included.
    after: (u16, u16),
}

/// Phrases that the dated lines of one thread share.
const FRAME: [Class; 6] = [Class::Says, Class::Byline, Class::Published, Class::Reply, Class::Report, Class::Comments];

/// The dated lines around every block.
fn stamps(page: &Page<'_>, blocks: &[Signals]) -> Vec<Stamps> {
    let look = |i: usize| {
        let (block, signals) = (&page.blocks[i], &blocks[i]);
        if block.hidden || !signals.is_stamp() {
            return None;
        }
        let frame = FRAME.iter().fold(0, |set, class| set << 1 | u64::from(signals.phrases.contains(*class)));
        let node = page.tree.node(block.node);
        let class = item_class(&page.tree, block.node).unwrap_or_default();
        Some(hash(
            frame << 24 | u64::from(signals.moment) << 16 | (block.shape as u64) << 8 | node.tag as u64,
            class.as_bytes(),
        ))
    };
    let looks: Vec<Option<u64>> = (0..blocks.len()).map(look).collect();
    let mut counts: HashedMap<u16> = HashedMap::default();
    let mut ranked: Vec<Option<(u64, u16)>> = Vec::with_capacity(looks.len());
    for look in &looks {
        ranked.push(look.map(|look| {
            let count = counts.entry(look).or_default();
            *count = count.saturating_add(1);
            (look, *count - 1)
        }));
    }
    let kin = |stamp: Option<(u64, u16)>| stamp.map_or((0, 0), |(look, rank)| (counts[&look], rank));
    let mut out = vec![Stamps::default(); blocks.len()];
    let mut last = None;
    for (own, stamp) in out.iter_mut().zip(&ranked) {
        own.before = kin(last);
        last = stamp.or(last);
    }
    let mut next = None;
    for (own, stamp) in out.iter_mut().zip(&ranked).rev() {
        next = stamp.or(next);
        own.after = kin(next);
    }
    out
}

impl Marks {
    pub(super) fn of(page: &Page<'_>, blocks: &[Signals]) -> Self {
        let marks: Vec<u16> = page
            .blocks
            .iter()
            .zip(blocks)
            .map(|(block, signals)| {
                if block.hidden {
                    return 0;
                }
                let mut set = 0;
                for (bit, (_, classes)) in PHRASES.iter().enumerate() {
                    let hit = signals.whole.contains_any(classes)
                        || (signals.phrase_cover > COVER && signals.phrases.contains_any(classes));
                    set |= u16::from(hit) << bit;
                }
                set |= u16::from(block.shape == Shape::Heading) << HEADING;
                set |= u16::from(signals.is_prose()) << PROSE;
                set |= u16::from(signals.is_stamp()) << DATE;
                set | u16::from(signals.is_stamp() && signals.moment) << MOMENT
            })
            .collect();
        let walk = |order: &mut dyn Iterator<Item = usize>| {
            let mut steps = [FAR; COUNT];
            let mut out = vec![steps; marks.len()];
            for i in order {
                for (bit, steps) in steps.iter_mut().enumerate() {
                    *steps = (*steps + 1).min(FAR);
                    out[i][bit] = *steps;
                    if marks[i] >> bit & 1 == 1 {
                        *steps = 0;
                    }
                }
            }
            out
        };
        Self {
            since: walk(&mut (0..marks.len())),
            until: walk(&mut (0..marks.len()).rev()),
            stamps: stamps(page, blocks),
        }
    }

    /// The columns of block `i`: blocks since the last mark of each sort before it, blocks until the next one behind
    /// it, and the dated lines around it.
    pub(super) fn columns(&self, i: usize, row: &mut Row<'_>) {
        let steps = self.since[i].iter().zip(&self.until[i]);
        if row.names.is_none() {
            row.values.extend(steps.flat_map(|(since, until)| [f32::from(*since), f32::from(*until)]));
        } else {
            for (name, (since, until)) in names().zip(steps) {
                row.put(format_args!("blocks since {name}"), f32::from(*since));
                row.put(format_args!("blocks until {name}"), f32::from(*until));
            }
        }
        let stamps = self.stamps[i];
        for (name, (kin, rank)) in [("before", stamps.before), ("after", stamps.after)] {
            row.put(format_args!("lines like the stamp {name}"), log(f32::from(kin)));
            row.put(format_args!("of them above, {name}"), log(f32::from(rank)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::signals::Survey;
    use super::*;
    use crate::evidence::Evidence;
    use crate::record::Format;

    #[test]
    fn distances_count_blocks_to_the_nearest_mark_on_each_side() {
        let dump = "The ferry runs again since Monday, after eleven weeks in the yard.\n\nRead also\n\nOld pier\n\nNew pier\n\n\
                    Share\n\nOld boat";
        let page = crate::page::cut(dump, Format::Text);
        let survey = Survey::of(&page, &Evidence::of(&page));
        let at = |name: &str| names().position(|own| own == name).expect("a mark's name");
        let (related, share) = (at("related"), at("share"));
        let since: Vec<u8> = (0..page.blocks.len()).map(|i| survey.marks.since[i][related]).collect();
        let until: Vec<u8> = (0..page.blocks.len()).map(|i| survey.marks.until[i][share]).collect();
        assert_eq!(since, [FAR, FAR, 1, 2, 3, 4]);
        assert_eq!(until, [4, 3, 2, 1, FAR, FAR]);
    }

    #[test]
    fn dated_lines_that_come_again_are_counted() {
        let dump = "Posted on 3 May 2011\n\nThe ferry runs again since Monday, after eleven weeks in the yard.\n\n\
                    About time, I say, and the old one should go too.\n\nPosted by Ann on 4 May 2011 10:20\n\n\
                    It was cheaper by bus anyway, whatever they tell us.\n\nPosted by Bo on 5 May 2011 11:40";
        let page = crate::page::cut(dump, Format::Text);
        let survey = Survey::of(&page, &Evidence::of(&page));
        let around: Vec<_> =
            (0..page.blocks.len()).map(|i| survey.marks.stamps[i]).map(|s| (s.before, s.after)).collect();
        assert_eq!(around[1], ((1, 0), (2, 0)), "the article");
        assert_eq!(around[4], ((2, 0), (2, 1)), "the second comment");
    }
}
