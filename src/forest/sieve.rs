//! One class's trees laid out so that many rows are led through them at once.
//!
//! A tree's leaves are bits, numbered from left to right. Every split that sends a row to the right rules out the
//! leaves on its left; the lowest bit left over is the row's leaf (Lucchese et al. 2015). All splits of a tree are
//! looked at, one after another without a branch: that is less work than guessing wrong where rows part. Rows stand
//! side by side in [`LANES`] lanes, as many as two of the widest vectors hold: what is read of a split serves both.

use std::ops::Range;

use super::{LEAF, Node};
use crate::wide::wide;

/// Rows that are led through the trees side by side.
pub const LANES: usize = 2 * HALF;
/// Rows of one vector.
const HALF: usize = 16;
/// Most leaves of a tree: one bit each.
pub(super) const LEAVES: usize = u32::BITS as usize;

/// Up to [`LANES`] rows, kept by column.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    columns: Vec<Column>,
}

/// A column's values, where one load takes them.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Column([[f32; HALF]; 2]);

impl Batch {
    /// Writes a row's values, or some of them from a column on, into its lane.
    ///
    /// # Panics
    /// When there is no such lane.
    pub fn put(&mut self, lane: usize, from: usize, values: &[f32]) {
        if self.columns.len() < from + values.len() {
            // Lanes without a row lie above no threshold.
            self.columns.resize(from + values.len(), Column([[f32::NEG_INFINITY; HALF]; 2]));
        }
        for (column, value) in self.columns[from..].iter_mut().zip(values) {
            column.0[lane / HALF][lane % HALF] = *value;
        }
    }

    /// How many columns the longest row has.
    pub fn width(&self) -> usize {
        self.columns.len()
    }
}

/// The trees of one class.
#[derive(Clone, Debug, Default)]
pub(super) struct Sieve {
    /// Tree by tree.
    splits: Vec<Split>,
    trees: Vec<Tree>,
}

#[derive(Clone, Copy, Debug)]
struct Split {
    column: u32,
    threshold: f32,
    /// The leaves that a row above the threshold cannot reach.
    ruled_out: u32,
}

#[derive(Clone, Copy, Debug)]
struct Tree {
    /// The end of its splits.
    end: u32,
    /// What each leaf adds.
    leaves: [f32; LEAVES],
}

impl Sieve {
    /// Lays out sound trees, each with its nodes from the root on.
    pub(super) fn of<'n>(trees: impl Iterator<Item = &'n [Node]>) -> Self {
        let mut sieve = Self::default();
        for nodes in trees {
            // Children stand behind their parents.
            let mut below = vec![1u32; nodes.len()];
            for (at, node) in nodes.iter().enumerate().rev().filter(|(_, node)| node.feature != LEAF) {
                below[at] = below[usize::from(node.left)] + below[usize::from(node.left) + 1];
            }
            let mut leaves = [0.0; LEAVES];
            let mut first = vec![0u32; nodes.len()];
            for (at, node) in nodes.iter().enumerate() {
                let left = usize::from(node.left);
                if node.feature == LEAF {
                    leaves[first[at] as usize] = node.value;
                    continue;
                }
                first[left] = first[at];
                first[left + 1] = first[at] + below[left];
                let ruled_out = (u32::MAX >> (u32::BITS - below[left])) << first[at];
                // A threshold of -0, whose difference from 0 has the wrong sign, becomes a plain 0.
                sieve.splits.push(Split { column: node.feature.into(), threshold: node.value + 0.0, ruled_out });
            }
            sieve.trees.push(Tree { end: sieve.splits.len() as u32, leaves });
        }
        sieve
    }

    /// Adds what the trees say of each row to its sum, tree by tree: the sum of floats depends on the order. Only
    /// lanes up to the end of `lanes` from its start on are led, and some beside them.
    ///
    /// # Panics
    /// When the rows have too few columns.
    pub(super) fn add(&self, batch: &Batch, lanes: &Range<usize>, sums: &mut [f32; LANES]) {
        let (halves, _) = sums.as_chunks_mut::<HALF>();
        let [first, second] = halves else { return };
        if lanes.end <= HALF {
            wide!(self.lead(batch, 0, [first]));
        } else if lanes.start >= HALF {
            wide!(self.lead(batch, 1, [second]));
        } else {
            wide!(self.lead(batch, 0, [first, second]));
        }
    }

    /// What [`Sieve::add`] does, for as many halves as there are sums, from one on.
    #[expect(clippy::inline_always, reason = "part of a wide loop")]
    #[inline(always)]
    fn lead<const COUNT: usize>(&self, batch: &Batch, from: usize, sums: [&mut [f32; HALF]; COUNT]) {
        let mut all: [[f32; HALF]; COUNT] = std::array::from_fn(|half| *sums[half]);
        let mut start = 0;
        for tree in &self.trees {
            let mut open = [[u32::MAX; HALF]; COUNT];
            for split in &self.splits[start..tree.end as usize] {
                let column = &batch.columns[split.column as usize].0;
                for half in 0..COUNT {
                    let values = &column[from + half];
                    for lane in 0..HALF {
                        // All ones where the value lies above: the sign of the difference, kept from becoming a branch.
                        let over = (split.threshold - values[lane]).to_bits().cast_signed() >> 31;
                        open[half][lane] &= !(over.cast_unsigned() & split.ruled_out);
                    }
                }
            }
            start = tree.end as usize;
            for half in 0..COUNT {
                for lane in 0..HALF {
                    // One leaf is always left; the remainder only tells the compiler so.
                    all[half][lane] += tree.leaves[open[half][lane].trailing_zeros() as usize % LEAVES];
                }
            }
        }
        for (sums, all) in sums.into_iter().zip(all) {
            *sums = all;
        }
    }
}
