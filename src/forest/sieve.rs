//! One class's trees laid out so that many rows are led through them at once.
//!
//! A tree's leaves are bits, numbered from left to right. Every split that sends a row to the right rules out the
//! leaves on its left; the lowest bit left over is the row's leaf (Lucchese et al. 2015). Splits are
//! looked at by column and rising threshold, those of all trees together, so that no step depends on the one before,
//! and a column is done with as soon as no row lies above a threshold. Rows stand side by side in [`LANES`] lanes.

use super::{LEAF, Node};

/// Rows that are led through the trees side by side.
pub const LANES: usize = 16;
/// Most leaves of a tree: one bit each.
pub(super) const LEAVES: usize = u32::BITS as usize;

/// Up to [`LANES`] rows, kept by column.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    columns: Vec<[f32; LANES]>,
}

impl Batch {
    /// Writes a row's values, or some of them from a column on, into its lane.
    ///
    /// # Panics
    /// When there is no such lane.
    pub fn put(&mut self, lane: usize, from: usize, values: &[f32]) {
        if self.columns.len() < from + values.len() {
            // Lanes without a row lie above no threshold.
            self.columns.resize(from + values.len(), [f32::NEG_INFINITY; LANES]);
        }
        for (column, value) in self.columns[from..].iter_mut().zip(values) {
            column[lane] = *value;
        }
    }

    /// How many columns the longest row has.
    pub fn width(&self) -> usize {
        self.columns.len()
    }
}

/// The trees of one class.
#[derive(Clone, Debug)]
pub(super) struct Sieve {
    /// The columns that are looked at, each with the end of its thresholds.
    columns: Vec<(u16, u32)>,
    /// Rising within a column, each with the end of its splits.
    thresholds: Vec<(f32, u32)>,
    splits: Vec<Split>,
    /// Of each tree, where its leaves begin.
    trees: Vec<u32>,
    /// What each leaf adds.
    leaves: Vec<f32>,
}

#[derive(Clone, Copy, Debug)]
struct Split {
    tree: u32,
    /// The leaves that a row above the threshold cannot reach.
    ruled_out: u32,
}

impl Sieve {
    /// Lays out sound trees, each with its nodes from the root on.
    pub(super) fn of<'n>(trees: impl Iterator<Item = &'n [Node]>) -> Self {
        let mut sieve =
            Self { columns: Vec::new(), thresholds: Vec::new(), splits: Vec::new(), trees: vec![], leaves: vec![] };
        let mut found: Vec<(u16, f32, Split)> = Vec::new();
        for (nodes, tree) in trees.zip(0..) {
            let start = sieve.leaves.len();
            sieve.trees.push(start as u32);
            // Children stand behind their parents.
            let mut below = vec![1u32; nodes.len()];
            for (at, node) in nodes.iter().enumerate().rev().filter(|(_, node)| node.feature != LEAF) {
                below[at] = below[usize::from(node.left)] + below[usize::from(node.left) + 1];
            }
            sieve.leaves.resize(start + below[0] as usize, 0.0);
            let mut first = vec![0u32; nodes.len()];
            for (at, node) in nodes.iter().enumerate() {
                let left = usize::from(node.left);
                if node.feature == LEAF {
                    sieve.leaves[start + first[at] as usize] = node.value;
                    continue;
                }
                first[left] = first[at];
                first[left + 1] = first[at] + below[left];
                let ruled_out = (u32::MAX >> (u32::BITS - below[left])) << first[at];
                // A threshold of -0, whose difference from 0 has the wrong sign, becomes a plain 0.
                found.push((node.feature, node.value + 0.0, Split { tree, ruled_out }));
            }
        }
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        for column in found.chunk_by(|a, b| a.0 == b.0) {
            for same in column.chunk_by(|a, b| a.1 == b.1) {
                sieve.splits.extend(same.iter().map(|(_, _, split)| *split));
                sieve.thresholds.push((same[0].1, sieve.splits.len() as u32));
            }
            sieve.columns.push((column[0].0, sieve.thresholds.len() as u32));
        }
        sieve
    }

    /// Adds what the trees say of each row to its sum, tree by tree: the sum of floats depends on the order.
    ///
    /// # Panics
    /// When the rows have too few columns.
    pub(super) fn add(&self, batch: &Batch, sums: &mut [f32; LANES]) {
        let mut open = vec![[u32::MAX; LANES]; self.trees.len()];
        let (mut threshold, mut split) = (0, 0);
        for &(column, end) in &self.columns {
            let values = &batch.columns[usize::from(column)];
            for &(value, behind) in &self.thresholds[threshold..end as usize] {
                let (mut over, mut any) = ([0u32; LANES], 0);
                for lane in 0..LANES {
                    // All ones where the value lies above: the sign of the difference, kept from becoming a branch.
                    over[lane] = ((value - values[lane]).to_bits().cast_signed() >> 31).cast_unsigned();
                    any |= over[lane];
                }
                if any == 0 {
                    break;
                }
                for split in &self.splits[split..behind as usize] {
                    let (open, ruled_out) = (&mut open[split.tree as usize], split.ruled_out);
                    for lane in 0..LANES {
                        open[lane] &= !(over[lane] & ruled_out);
                    }
                }
                split = behind as usize;
            }
            threshold = end as usize;
            split = self.thresholds[threshold - 1].1 as usize;
        }
        for (open, &start) in open.iter().zip(&self.trees) {
            let leaves = &self.leaves[start as usize..];
            for lane in 0..LANES {
                sums[lane] += leaves[open[lane].trailing_zeros() as usize];
            }
        }
    }
}
