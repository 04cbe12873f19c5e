//! Evidence of the second look: what the first look said of the blocks and elements around a block.

use super::features::{Row, log};
use super::signals::Survey;
use crate::page::{NodeId, Page};
use crate::record::Format;

/// First answers of one question over a page, with sums.
pub(super) struct First<'p> {
    chance: &'p [f32],
    /// Sums of words × chance before each block.
    mass: Vec<f32>,
    /// The element that gains most by being taken whole (words × (chance − ½) summed).
    best: NodeId,
    /// First and last block that is surely content.
    ends: Option<(usize, usize)>,
    /// Blocks to the nearest sure one, before and behind, capped.
    before: Vec<f32>,
    behind: Vec<f32>,
}

impl<'p> First<'p> {
    pub(super) fn of(page: &Page<'_>, survey: &Survey, chance: &'p [f32]) -> Self {
        let mut mass = Vec::with_capacity(chance.len() + 1);
        let mut sum = 0.0;
        mass.push(sum);
        let mut gain = Vec::with_capacity(chance.len() + 1);
        let mut gained = 0.0;
        gain.push(gained);
        for (signals, p) in survey.blocks.iter().zip(chance) {
            sum += signals.words * p;
            mass.push(sum);
            gained += signals.words * (p - 0.5);
            gain.push(gained);
        }
        let best = (0..page.tree.nodes.len() as u32)
            .map(NodeId)
            .map(|id| {
                let blocks = page.tree.node(id).blocks.range();
                (gain[blocks.end] - gain[blocks.start], id)
            })
            // The innermost of equals: later ids lie deeper.
            .fold((f32::MIN, NodeId::ROOT), |best, next| if next.0 >= best.0 { next } else { best })
            .1;
        let sure = |i: &usize| chance[*i] > 0.8 && survey.blocks[*i].words >= 8.0;
        let ends = (0..chance.len()).find(sure).zip((0..chance.len()).rev().find(sure));
        let distance = |order: &mut dyn Iterator<Item = usize>| {
            let mut out = vec![0.0; chance.len()];
            let mut steps = 60.0f32;
            for i in order {
                steps = (steps + 1.0).min(60.0);
                out[i] = steps;
                if sure(&i) {
                    steps = 0.0;
                }
            }
            out
        };
        let before = distance(&mut (0..chance.len()));
        let behind = distance(&mut (0..chance.len()).rev());
        Self { chance, mass, best, ends, before, behind }
    }

    /// The columns of block `i`.
    pub(super) fn columns(&self, name: &str, page: &Page<'_>, survey: &Survey, i: usize, row: &mut Row<'_>) {
        let whole = self.mass[self.chance.len()];
        row.put(format_args!("{name}"), self.chance[i]);
        for step in [-3isize, -2, -1, 1, 2, 3] {
            let other = i.checked_add_signed(step).and_then(|j| self.chance.get(j));
            row.put(format_args!("{name} at {step}"), other.copied().unwrap_or(-0.1));
        }
        for width in [6usize, 20] {
            let range = i.saturating_sub(width)..(i + width + 1).min(self.chance.len());
            row.put(format_args!("{name} within {width}"), self.share(survey, range));
        }
        row.put(format_args!("{name} mass before, share"), self.mass[i] / whole.max(1.0));
        row.put(format_args!("{name} mass, words"), log(whole));
        row.put(format_args!("{name} share of page"), whole / survey.page_totals().words.max(1.0));
        row.put(format_args!("{name} blocks since sure"), self.before[i]);
        row.put(format_args!("{name} blocks until sure"), self.behind[i]);
        let inside = self.ends.map_or(-1.0, |(first, last)| f32::from(u8::from((first..=last).contains(&i))));
        row.put(format_args!("{name} between sure ends"), inside);
        if page.format == Format::Html {
            let node = page.blocks[i].node;
            row.put(format_args!("in best of {name}"), f32::from(u8::from(page.tree.contains(self.best, node))));
            let best = page.tree.node(self.best).blocks.range();
            row.put(format_args!("{name} of best"), self.share(survey, best));
            let mut seen = 0;
            let mut put = 0;
            for id in page.tree.ancestors(node).take(64) {
                let blocks = page.tree.node(id).blocks;
                if blocks.len() <= seen {
                    continue;
                }
                seen = blocks.len();
                row.put(format_args!("{name} of container {put}"), self.share(survey, blocks.range()));
                row.put(
                    format_args!("{name} mass of container {put}, share"),
                    (self.mass[blocks.range().end] - self.mass[blocks.range().start]) / whole.max(1.0),
                );
                put += 1;
                if put == 4 {
                    break;
                }
            }
            for put in put..4 {
                row.put(format_args!("{name} of container {put}"), self.share(survey, 0..self.chance.len()));
                row.put(format_args!("{name} mass of container {put}, share"), 1.0);
            }
        }
    }

    /// Mean chance over the words of a range.
    fn share(&self, survey: &Survey, range: std::ops::Range<usize>) -> f32 {
        let words = survey.totals(range.clone()).words;
        (self.mass[range.end] - self.mass[range.start]) / words.max(1.0)
    }
}
