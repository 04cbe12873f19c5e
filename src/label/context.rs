//! Evidence of the second look: what the first look said of the blocks and elements around a block.

use std::ops::Range;

use super::features::{Row, log};
use super::signals::Survey;
use super::slots::SLOTS;
use crate::page::{NodeId, Page};
use crate::record::Format;

/// First answers of one question over a page, with sums.
pub(super) struct First<'p> {
    chance: &'p [f32],
    /// Sums of words × chance before each block.
    mass: Vec<f32>,
    /// The logarithm of the last one.
    whole: f32,
    /// The element that gains most by being taken whole (words × (chance − ½) summed).
    best: NodeId,
    /// First and last block that is surely content.
    ends: Option<(usize, usize)>,
    /// Blocks to the nearest sure one, before and behind, capped.
    before: Vec<f32>,
    behind: Vec<f32>,
    /// The run of blocks that gains most by being taken whole, and what each block's own run gains against it.
    core: Range<usize>,
    runs: Vec<f32>,
    /// Words, and words × chance, of the blocks of each slot.
    slots: [Vec<(f32, f32)>; SLOTS],
    /// Words, and words × chance, of the elements of each kin.
    kins: Vec<(f32, f32)>,
}

/// Words of a block that count at most towards the gain of a run.
const COUNTED: f32 = 60.0;

/// The runs of blocks that gain by being taken whole and cannot gain by being longer or shorter, with their gains
/// (Ruzzo & Tompa 1999, "A linear time algorithm for finding all maximal scoring subsequences").
fn maximal_runs(gains: impl Iterator<Item = f32>) -> Vec<(Range<usize>, f32)> {
    struct Run {
        range: Range<usize>,
        /// Sums of all gains before the run and up to its end.
        before: f32,
        until: f32,
        /// The nearest earlier run that begins lower.
        lower: Option<usize>,
    }
    let mut runs: Vec<Run> = Vec::new();
    let mut sum = 0.0;
    for (i, gain) in gains.enumerate() {
        let before = sum;
        sum += gain;
        if gain <= 0.0 {
            continue;
        }
        let mut run = Run { range: i..i + 1, before, until: sum, lower: None };
        loop {
            let mut at = runs.len().checked_sub(1);
            while let Some(other) = at.filter(|&at| runs[at].before >= run.before) {
                at = runs[other].lower;
            }
            run.lower = at;
            // It joins the nearest run that begins lower, if it ends higher.
            let Some(at) = at.filter(|&at| runs[at].until < run.until) else { break };
            run.range.start = runs[at].range.start;
            run.before = runs[at].before;
            runs.truncate(at);
        }
        runs.push(run);
    }
    runs.into_iter().map(|run| (run.range, run.until - run.before)).collect()
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
        let found =
            maximal_runs(survey.blocks.iter().zip(chance).map(|(signals, p)| signals.words.min(COUNTED) * (p - 0.5)));
        let (core, most) = found.iter().fold(
            (0..0, 0.0),
            |best, (range, gain)| {
                if *gain > best.1 { (range.clone(), *gain) } else { best }
            },
        );
        let mut runs = vec![0.0; chance.len()];
        for (range, gain) in found {
            runs[range].fill(gain / most);
        }
        let slots = std::array::from_fn(|way| {
            let of = &survey.slots[way];
            let mut sums = vec![(0.0, 0.0); of.totals.len()];
            for ((&slot, signals), p) in of.own.iter().zip(&survey.blocks).zip(chance) {
                let sum: &mut (f32, f32) = &mut sums[slot as usize];
                sum.0 += signals.words;
                sum.1 += signals.words * p;
            }
            sums
        });
        let mut kins = vec![(0.0, 0.0); survey.kin.count];
        for id in (0..page.tree.nodes.len() as u32).map(NodeId) {
            let blocks = page.tree.node(id).blocks.range();
            if blocks.is_empty() {
                continue;
            }
            let sum: &mut (f32, f32) = &mut kins[survey.kin.own[id.0 as usize] as usize];
            sum.0 += survey.totals(blocks.clone()).words;
            sum.1 += mass[blocks.end] - mass[blocks.start];
        }
        let whole = log(sum);
        Self { chance, mass, whole, best, ends, before, behind, core, runs, slots, kins }
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
        row.put(format_args!("{name} mass, words"), self.whole);
        row.put(format_args!("{name} share of page"), whole / survey.page_totals().words.max(1.0));
        row.put(format_args!("{name} blocks since sure"), self.before[i]);
        row.put(format_args!("{name} blocks until sure"), self.behind[i]);
        let inside = self.ends.map_or(-1.0, |(first, last)| f32::from(u8::from((first..=last).contains(&i))));
        row.put(format_args!("{name} between sure ends"), inside);
        let (steps, between) = if i < self.core.start {
            (-log((self.core.start - i) as f32), i + 1..self.core.start)
        } else if i >= self.core.end {
            (log((i + 1 - self.core.end) as f32), self.core.end..i)
        } else {
            (0.0, i..i)
        };
        row.put(format_args!("steps from the core of {name}"), steps);
        let words = survey.totals(between.clone()).words;
        let mass = self.mass[between.end] - self.mass[between.start];
        row.put(format_args!("other words before the core of {name}"), log((words - mass).max(0.0)));
        row.put(format_args!("gain of its run of {name}"), self.runs[i]);
        let core = self.mass[self.core.end] - self.mass[self.core.start];
        row.put(format_args!("core of {name}, share"), core / whole.max(1.0));
        row.put(format_args!("{name} of core"), self.share(survey, self.core.clone()));
        for ((title, sums), slots) in ["slot", "loose slot"].iter().zip(&self.slots).zip(&survey.slots) {
            let (words, mass) = sums[slots.own[i] as usize];
            let own = survey.blocks[i].words;
            let others = words - own;
            let mean = if others > 0.4 { (mass - own * self.chance[i]) / others } else { self.chance[i] };
            row.put(format_args!("{name} of its {title}"), mean);
        }
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
                // What the elements like this one hold, this one left out.
                let (words, mass) = self.kins[survey.kin.own[id.0 as usize] as usize];
                let own = survey.totals(blocks.range()).words;
                let own_mass = self.mass[blocks.range().end] - self.mass[blocks.range().start];
                let mean = if words - own > 0.4 { (mass - own_mass) / (words - own) } else { -0.1 };
                row.put(format_args!("{name} of containers like {put}"), mean);
                put += 1;
                if put == 4 {
                    break;
                }
            }
            for put in put..4 {
                row.put(format_args!("{name} of container {put}"), self.share(survey, 0..self.chance.len()));
                row.put(format_args!("{name} mass of container {put}, share"), 1.0);
                row.put(format_args!("{name} of containers like {put}"), -0.1);
            }
        }
    }

    /// Mean chance over the words of a range.
    fn share(&self, survey: &Survey, range: Range<usize>) -> f32 {
        let words = survey.totals(range.clone()).words;
        (self.mass[range.end] - self.mass[range.start]) / words.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_that_gain_by_each_other_are_one() {
        let runs = |gains: &[f32]| maximal_runs(gains.iter().copied());
        assert_eq!(
            runs(&[4.0, -5.0, 3.0, -3.0, 1.0, 2.0, -2.0, 2.0, -2.0, 1.0, 5.0]),
            [(0..1, 4.0), (2..3, 3.0), (4..11, 7.0)]
        );
        assert_eq!(runs(&[-1.0, 0.0]), []);
    }

    proptest! {
        /// The best run found is the best of all ranges; runs are apart and in order.
        #[test]
        fn the_best_run_is_found(gains in prop::collection::vec(-9i8..9, 0..40)) {
            let sum = |range: Range<usize>| gains[range].iter().map(|&gain| f32::from(gain)).sum::<f32>();
            let best = (0..gains.len()).flat_map(|i| (i..=gains.len()).map(move |j| i..j)).map(sum).fold(0.0, f32::max);
            let runs = maximal_runs(gains.iter().map(|&gain| f32::from(gain)));
            prop_assert_eq!(runs.iter().map(|run| run.1).fold(0.0, f32::max), best);
            prop_assert!(runs.iter().all(|(range, gain)| sum(range.clone()) == *gain));
            prop_assert!(runs.windows(2).all(|two| two[0].0.end <= two[1].0.start));
        }
    }
}
