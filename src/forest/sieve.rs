//! One class's trees laid out so that many rows are led through them at once.
//!
//! A tree's leaves are bits, numbered from left to right. Every split that sends a row to the right rules out the
//! leaves on its left; the lowest bit left over is the row's leaf (Lucchese et al. 2015). All splits of a tree are
//! looked at, one after another without a branch: that is less work than guessing wrong where rows part. Rows stand
//! side by side in [`LANES`] lanes, as many as two of the widest vectors hold: what is read of a split serves both.

use std::ops::Range;

use fearless_simd::prelude::*;
use fearless_simd::{f32x16, u32x16};

use super::{LEAF, Node};
use crate::wide::wide;

/// Rows that are led through the trees side by side.
pub const LANES: usize = 2 * HALF;
/// Rows of one vector.
const HALF: usize = 16;
/// Most leaves of a tree: one bit each.
pub(super) const LEAVES: usize = 2 * HALF;
const _: () = assert!(LEAVES == u32::BITS as usize, "a bit a leaf");

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
    /// No rows yet, with room for so many columns.
    pub fn with_capacity(columns: usize) -> Self {
        Self { columns: Vec::with_capacity(columns) }
    }

    /// Writes the values of so many rows, one row after another, or some of them from a column on.
    ///
    /// # Panics
    /// When there are more rows than lanes.
    pub fn put(&mut self, from: usize, rows: &[f32], count: usize) {
        let width = rows.len() / count.max(1);
        if self.columns.len() < from + width {
            self.columns.resize(from + width, Column([[f32::NEG_INFINITY; HALF]; 2]));
        }
        let columns = &mut self.columns[from..from + width];
        for (half, rows) in rows.chunks((HALF * width).max(1)).enumerate() {
            wide!(simd => turn(simd, rows, half, columns));
        }
    }

    /// How many columns the longest row has.
    pub fn width(&self) -> usize {
        self.columns.len()
    }
}

/// Writes rows, as long as there are columns, into one half of these. What stands in lanes without a row lies above no
/// threshold.
#[expect(clippy::inline_always, reason = "part of a wide loop")]
#[inline(always)]
fn turn<S: Simd>(simd: S, rows: &[f32], half: usize, columns: &mut [Column]) {
    let width = columns.len();
    if width < HALF {
        for (lane, row) in rows.chunks(width).enumerate() {
            for (column, value) in columns.iter_mut().zip(row) {
                column.0[half][lane] = *value;
            }
        }
        return;
    }
    let missing = f32x16::splat(simd, f32::NEG_INFINITY);
    for at in (0..width).step_by(HALF) {
        // The last columns are taken with some that were before.
        let at = at.min(width - HALF);
        let mut square: [f32x16<S>; HALF] = std::array::from_fn(|row| {
            let values = rows.get(row * width + at..row * width + at + HALF);
            values.map_or(missing, |values| f32x16::from_slice(simd, values))
        });
        // Each round takes the uppermost bit of a value's row to the lowest of its place, and that of its place to its
        // row: after four, rows are columns.
        for _ in 0..HALF.ilog2() {
            let before = square;
            for i in 0..HALF / 2 {
                (square[2 * i], square[2 * i + 1]) = before[i].interleave(before[i + HALF / 2]);
            }
        }
        for (column, values) in columns[at..].iter_mut().zip(square) {
            column.0[half] = values.into();
        }
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
    /// The leaves that a row above the threshold can still reach.
    left: u32,
}

#[derive(Clone, Copy, Debug)]
struct Tree {
    /// The end of its splits.
    end: u32,
    /// What each leaf adds.
    leaves: [f32; LEAVES],
}

impl Tree {
    /// What the lowest leaf that is left of each row adds; one is always left.
    #[expect(clippy::inline_always, reason = "part of a wide loop")]
    #[inline(always)]
    fn values<S: Simd>(&self, simd: S, open: [u32; HALF]) -> f32x16<S> {
        if size_of::<S::f32s>() < size_of::<[f32; HALF]>() {
            // The remainder only tells the compiler so.
            return f32x16::simd_from(simd, open.map(|open| self.leaves[open.trailing_zeros() as usize % LEAVES]));
        }
        // All leaves stand in two vectors: their bytes are put into place at once.
        let (low, high) = self.leaves.split_at(HALF);
        let (low, high) = (f32x16::from_slice(simd, low), f32x16::from_slice(simd, high));
        let bytes = open.map(|open| open.trailing_zeros() * 0x0404_0404 + 0x0302_0100);
        low.concat_swizzle_dyn(high, u32x16::simd_from(simd, bytes).to_bytes())
    }
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
                sieve.splits.push(Split { column: node.feature.into(), threshold: node.value, left: !ruled_out });
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
            wide!(simd => self.lead(simd, batch, 0, [first]));
        } else if lanes.start >= HALF {
            wide!(simd => self.lead(simd, batch, 1, [second]));
        } else {
            wide!(simd => self.lead(simd, batch, 0, [first, second]));
        }
    }

    /// What [`Sieve::add`] does, for as many halves as there are sums, from one on.
    #[expect(clippy::inline_always, reason = "part of a wide loop")]
    #[inline(always)]
    fn lead<S: Simd, const COUNT: usize>(&self, simd: S, batch: &Batch, from: usize, sums: [&mut [f32; HALF]; COUNT]) {
        let mut all: [f32x16<S>; COUNT] = std::array::from_fn(|half| f32x16::simd_from(simd, *sums[half]));
        let mut start = 0;
        for tree in &self.trees {
            let mut open = [u32x16::splat(simd, u32::MAX); COUNT];
            for split in &self.splits[start..tree.end as usize] {
                let column = &batch.columns[split.column as usize].0;
                let (threshold, left) = (f32x16::splat(simd, split.threshold), u32x16::splat(simd, split.left));
                for half in 0..COUNT {
                    let over = f32x16::simd_from(simd, column[from + half]).simd_gt(threshold);
                    open[half] = over.select(open[half] & left, open[half]);
                }
            }
            start = tree.end as usize;
            for half in 0..COUNT {
                all[half] += tree.values(simd, open[half].into());
            }
        }
        for (sums, all) in sums.into_iter().zip(all) {
            *sums = all.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        for width in [1, 15, 16, 17, 32, 45] {
            for count in [1, 5, 16, 17, 31, 32] {
                let rows: Vec<f32> = (0..width * count).map(|number| number as f32).collect();
                let mut batch = Batch::default();
                batch.put(0, &[-1.0], 1);
                batch.put(1, &rows, count);
                assert_eq!(batch.width(), width + 1);
                for (at, column) in batch.columns[1..].iter().enumerate() {
                    let own: Vec<f32> = rows.iter().copied().skip(at).step_by(width).collect();
                    let (rows, others) = column.0.as_flattened().split_at(count);
                    assert_eq!(rows, own, "column {at} of {count} rows of {width}");
                    assert!(others.iter().all(|value| *value == f32::NEG_INFINITY));
                }
            }
        }
    }
}
