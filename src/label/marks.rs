//! How far a block stands from the lines that open and close the parts of a page: "Read also", "Share", "Comments",
//! "Log in", "All rights reserved", headings, prose. In a dump these are all that is left of the page's boxes.

use super::signals::Signals;
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
pub(super) const COUNT: usize = MOMENT + 1;

/// The marks' names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PHRASES.iter().map(|(name, _)| *name).chain(["heading", "prose", "date", "moment"])
}

/// Distances of every block of a page to the nearest mark of each sort, before and behind.
pub(super) struct Marks {
    since: Vec<[u8; COUNT]>,
    until: Vec<[u8; COUNT]>,
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
        Self { since: walk(&mut (0..marks.len())), until: walk(&mut (0..marks.len()).rev()) }
    }

    /// Blocks since the last mark of each sort before block `i`.
    pub(super) fn since(&self, i: usize) -> &[u8; COUNT] {
        &self.since[i]
    }

    /// Blocks until the next one behind it.
    pub(super) fn until(&self, i: usize) -> &[u8; COUNT] {
        &self.until[i]
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
        let since: Vec<u8> = (0..page.blocks.len()).map(|i| survey.marks.since(i)[related]).collect();
        let until: Vec<u8> = (0..page.blocks.len()).map(|i| survey.marks.until(i)[share]).collect();
        assert_eq!(since, [FAR, FAR, 1, 2, 3, 4]);
        assert_eq!(until, [4, 3, 2, 1, FAR, FAR]);
    }
}
