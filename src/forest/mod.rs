//! Boosted trees over dense evidence: the second stage that weighs naive-Bayes scores against shape and place.
//!
//! A [`Forest`] holds one sum of regression trees a class; softmax of the sums gives probabilities. Training is
//! histogram gradient boosting (Friedman 2001; second-order leaf values as in Chen & Guestrin 2016) with a fixed
//! order of every sum and `libm` for `exp`, so that the same rows give the same bytes on any machine.

mod sieve;
mod train;

use std::ops::Range;
use std::sync::OnceLock;

pub use sieve::{Batch, LANES};
pub use train::{Settings, train};

use crate::bayes::exp_all;
use crate::error::{ErrorKind, Result};
use sieve::{LEAVES, Sieve};

/// Marks a leaf in [`Node::feature`].
const LEAF: u16 = u16::MAX;

/// One node of a tree: a split, or a leaf with its value.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    /// Column that is looked at, or [`LEAF`].
    feature: u16,
    /// Where rows go whose value is at most `value`; the other child stands right behind it.
    left: u16,
    /// Threshold of a split, in the column's units; of a leaf, what it adds to the class's log-odds.
    value: f32,
}

/// Trees for each of some classes over rows of `features` values.
#[derive(Clone, Debug, Default)]
pub struct Forest {
    classes: usize,
    features: usize,
    /// Log-odds before any tree, one a class.
    base: Vec<f32>,
    nodes: Vec<Node>,
    /// First node of each tree; trees of one round stand together, one a class.
    roots: Vec<u32>,
    /// The trees of each class as batches are led through them; laid out when first asked for.
    sieves: OnceLock<Vec<Sieve>>,
}

impl Forest {
    /// A forest without trees: every class is as likely as any other.
    pub fn constant(classes: usize) -> Self {
        Self { classes, base: vec![0.0; classes], ..Self::default() }
    }

    /// Number of classes, at least 1. One class means a single log-odds (binary).
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of columns a row must have.
    pub fn features(&self) -> usize {
        self.features
    }

    /// Adds up the trees for one row: log-odds a class, before softmax (or the logistic function for one class).
    ///
    /// # Panics
    /// When `row` or `sums` is shorter than the forest needs.
    pub fn score(&self, row: &[f32], sums: &mut [f32]) {
        for (class, sum) in sums[..self.classes].iter_mut().enumerate() {
            *sum = self.score_class(row, class);
        }
    }

    fn score_class(&self, row: &[f32], class: usize) -> f32 {
        let mut sum = self.base[class];
        for &root in self.roots.iter().skip(class).step_by(self.classes) {
            let mut node = self.nodes[root as usize];
            while node.feature != LEAF {
                let right = u32::from(row[usize::from(node.feature)] > node.value);
                node = self.nodes[(root + u32::from(node.left) + right) as usize];
            }
            sum += node.value;
        }
        sum
    }

    /// The log-odds of one class for the rows in some lanes at once: the same as [`Forest::score`] gives for each. Other
    /// lanes hold nothing of use.
    ///
    /// # Panics
    /// When the rows are shorter than the forest needs or there is no such class.
    pub fn score_batch(&self, batch: &Batch, class: usize, lanes: Range<usize>) -> [f32; LANES] {
        let mut sums = [self.base[class]; LANES];
        self.sieves()[class].add(batch, &lanes, &mut sums);
        sums
    }

    fn sieves(&self) -> &[Sieve] {
        self.sieves.get_or_init(|| {
            let of = |class| Sieve::of((class..self.roots.len()).step_by(self.classes).map(|i| self.tree(i)));
            (0..self.classes).map(of).collect()
        })
    }

    /// The nodes of a tree.
    fn tree(&self, i: usize) -> &[Node] {
        let end = self.roots.get(i + 1).map_or(self.nodes.len(), |&next| next as usize);
        &self.nodes[self.roots[i] as usize..end]
    }

    /// Log-odds of a class before any tree.
    ///
    /// # Panics
    /// When there is no such class.
    pub fn base(&self, class: usize) -> f32 {
        self.base[class]
    }

    /// How much each column moved the sum of `class` for this row (Saabas 2014: the change of the expected value
    /// along the path, here with each inner node's mean of its leaves). Base and contributions add up to the score
    /// but for rounding.
    pub fn contributions(&self, row: &[f32], class: usize) -> (f32, Vec<f32>) {
        let mut parts = vec![0.0; self.features];
        let mut base = self.base.get(class).copied().unwrap_or(0.0);
        for &root in self.roots.iter().skip(class).step_by(self.classes.max(1)) {
            let mut at = root;
            let mut here = self.mean(root, at);
            base += here;
            while self.nodes[at as usize].feature != LEAF {
                let node = self.nodes[at as usize];
                at = root + u32::from(node.left) + u32::from(row[node.feature as usize] > node.value);
                let next = self.mean(root, at);
                parts[node.feature as usize] += next - here;
                here = next;
            }
        }
        (base, parts)
    }

    /// Mean of the leaves below a node.
    fn mean(&self, root: u32, at: u32) -> f32 {
        let (mut sum, mut count, mut todo) = (0.0, 0.0, vec![at]);
        while let Some(at) = todo.pop() {
            let node = self.nodes[at as usize];
            if node.feature == LEAF {
                sum += node.value;
                count += 1.0;
            } else {
                todo.extend([root + u32::from(node.left), root + u32::from(node.left) + 1]);
            }
        }
        sum / count
    }

    /// The forest as little-endian bytes; [`Forest::from_bytes`] reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 + self.nodes.len() * 8);
        for number in [self.classes, self.features, self.roots.len(), self.nodes.len()] {
            out.extend((number as u32).to_le_bytes());
        }
        out.extend(self.base.iter().flat_map(|value| value.to_le_bytes()));
        out.extend(self.roots.iter().flat_map(|root| root.to_le_bytes()));
        for node in &self.nodes {
            out.extend(node.feature.to_le_bytes());
            out.extend(node.left.to_le_bytes());
            out.extend(node.value.to_le_bytes());
        }
        out
    }

    /// Reads what [`Forest::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are cut short or point outside themselves.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bad =
            |what: &str| ErrorKind::Model(format!("its trees are damaged ({what}); install tamis again or train anew"));
        let word = |at: usize| {
            bytes
                .get(at * 4..at * 4 + 4)
                .and_then(|word| word.try_into().ok())
                .map(u32::from_le_bytes)
                .ok_or_else(|| bad("cut short"))
        };
        let (classes, features) = (word(0)? as usize, word(1)? as usize);
        let (trees, count) = (word(2)? as usize, word(3)? as usize);
        if bytes.len() != 16 + classes * 4 + trees * 4 + count * 8 || classes == 0 || trees % classes != 0 {
            return Err(bad("wrong length").into());
        }
        let base = (0..classes).map(|i| word(4 + i).map(f32::from_bits)).collect::<Result<Vec<_>, _>>()?;
        let roots = (0..trees).map(|i| word(4 + classes + i)).collect::<Result<Vec<_>, _>>()?;
        let first = 4 + classes + trees;
        let nodes = (0..count)
            .map(|i| {
                let split = word(first + 2 * i)?;
                Ok(Node {
                    feature: split as u16,
                    left: (split >> 16) as u16,
                    value: f32::from_bits(word(first + 2 * i + 1)?),
                })
            })
            .collect::<Result<Vec<_>, ErrorKind>>()?;
        for (i, &root) in roots.iter().enumerate() {
            let end = roots.get(i + 1).map_or(count, |&next| next as usize);
            let tree = nodes.get(root as usize..end).ok_or_else(|| bad("roots out of order"))?;
            // Every node but the root is the child of one split before it.
            let mut reached = vec![false; tree.len()];
            for (at, node) in tree.iter().enumerate().filter(|(_, node)| node.feature != LEAF) {
                let left = usize::from(node.left);
                let children = reached.get_mut(left..left + 2).filter(|children| left > at && **children == [false; 2]);
                match children {
                    Some(children) if usize::from(node.feature) < features => children.fill(true),
                    _ => return Err(bad("a split points nowhere").into()),
                }
            }
            if reached.iter().skip(1).any(|reached| !reached) || tree.is_empty() || tree.len() >= 2 * LEAVES {
                return Err(bad("no tree").into());
            }
        }
        Ok(Self { classes, features, base, nodes, roots, sieves: OnceLock::new() })
    }
}

/// Turns log-odds into probabilities in place; a single class goes through the logistic function.
pub fn softmax(sums: &mut [f32]) {
    if let [one] = sums {
        *one = 1.0 / (1.0 + libm::expf(-*one));
        return;
    }
    let top = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for sum in sums.iter_mut() {
        *sum -= top;
    }
    exp_all(sums);
    let total = sums.iter().fold(0.0, |total, sum| total + sum);
    for sum in sums {
        *sum /= total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> (Vec<f32>, Vec<u8>) {
        let rows: Vec<f32> = (0..2000u32).flat_map(|i| [(i % 50) as f32, (i / 50) as f32, (i % 7) as f32]).collect();
        let labels = rows
            .chunks(3)
            .map(|row| {
                let far = (row[0] - 25.0).hypot(row[1] - 20.0);
                if far < 8.0 { 0 } else { 1 + u8::from(far > 16.0) }
            })
            .collect();
        (rows, labels)
    }

    #[test]
    fn learns_a_shape_no_line_parts() {
        let (rows, labels) = ring();
        let weights = vec![1.0; labels.len()];
        let forest = train(&rows, 3, &labels, &weights, 3, &Settings { rounds: 40, ..Settings::default() });
        let right = rows
            .chunks(3)
            .zip(&labels)
            .filter(|(row, label)| {
                let mut sums = [0.0; 3];
                forest.score(row, &mut sums);
                (0..3).max_by(|&a, &b| sums[a].total_cmp(&sums[b])) == Some(**label as usize)
            })
            .count();
        assert!(right > 1950, "{right} of 2000");
    }

    #[test]
    fn bags_are_grown_apart_and_their_mean_is_taken() {
        let (rows, labels) = ring();
        let weights = vec![1.0; labels.len()];
        let grown = |bags, rounds| {
            let settings = Settings { bags, rounds, rows: 0.5, ..Settings::default() };
            train(&rows, 3, &labels, &weights, 3, &settings)
        };
        let (one, two) = (grown(1, 4), grown(2, 4));
        assert_eq!((one.roots.len(), two.roots.len()), (12, 24));
        // The first bag is the forest of one bag at half its weight; the second is another one.
        let halved =
            |node: &Node| Node { value: if node.feature == LEAF { node.value / 2.0 } else { node.value }, ..*node };
        let first: Vec<Node> = one.nodes.iter().map(halved).collect();
        assert_eq!(two.nodes[..first.len()], first);
        assert_ne!(two.tree(12), two.tree(0));
    }

    #[test]
    fn learns_from_shares_of_rows_and_columns() {
        let (rows, labels) = ring();
        let settings = Settings { rounds: 60, rows: 0.5, columns: 0.7, ..Settings::default() };
        let forest = train(&rows, 3, &labels, &vec![1.0; labels.len()], 3, &settings);
        let mut sums = [0.0; 3];
        let right = rows.chunks(3).zip(&labels).filter(|(row, label)| {
            forest.score(row, &mut sums);
            (0..3).all(|class| sums[class] <= sums[**label as usize])
        });
        assert!(right.count() > 1900);
        forest.score(&rows[..3], &mut sums);
    }

    #[test]
    fn a_batch_scores_its_rows_as_they_score_alone() {
        let (rows, labels) = ring();
        for leaves in [1, 2, 8, 24, 32] {
            let settings = Settings { rounds: 20, leaves, leaf_weight: 2.0, ..Settings::default() };
            let forest = train(&rows, 3, &labels, &vec![1.0; labels.len()], 3, &settings);
            for some in rows.chunks(3 * LANES) {
                let mut batch = Batch::default();
                let count = some.len() / 3;
                let columns = |from: usize, to: usize| -> Vec<f32> {
                    some.chunks(3).flat_map(|row| row[from..to].iter().copied()).collect()
                };
                batch.put(0, &columns(0, 2), count);
                batch.put(2, &columns(2, 3), count);
                for lanes in [0..count, 0..count / 2, count / 2..count] {
                    let found: Vec<_> = (0..3).map(|class| forest.score_batch(&batch, class, lanes.clone())).collect();
                    for (lane, row) in some.chunks(3).enumerate().filter(|(lane, _)| lanes.contains(lane)) {
                        let mut sums = [0.0; 3];
                        forest.score(row, &mut sums);
                        assert_eq!([0, 1, 2].map(|class| found[class][lane]), sums, "{leaves} leaves, {row:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_batch_takes_both_zeros_for_one() {
        let leaf = |value| Node { feature: LEAF, left: 0, value };
        for zero in [0.0, -0.0] {
            let nodes = vec![Node { feature: 0, left: 1, value: zero }, leaf(1.0), leaf(2.0)];
            let forest =
                Forest { classes: 1, features: 1, base: vec![0.0], nodes, roots: vec![0], ..Forest::default() };
            let mut batch = Batch::default();
            let values = [0.0, -0.0, 1e-45, -1e-45, f32::INFINITY, f32::NEG_INFINITY];
            batch.put(0, &values, values.len());
            assert_eq!(forest.score_batch(&batch, 0, 0..6)[..6], [1.0, 1.0, 2.0, 1.0, 2.0, 1.0]);
        }
    }

    #[test]
    fn bytes_round_trip_and_training_repeats() {
        let (rows, labels) = ring();
        let weights = vec![1.0; labels.len()];
        let settings = Settings { rounds: 5, ..Settings::default() };
        let bytes = train(&rows, 3, &labels, &weights, 3, &settings).to_bytes();
        assert_eq!(bytes, train(&rows, 3, &labels, &weights, 3, &settings).to_bytes());
        assert_eq!(Forest::from_bytes(&bytes).expect("sound bytes").to_bytes(), bytes);
        for cut in 0..bytes.len() {
            assert!(Forest::from_bytes(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn contributions_add_up_to_the_score() {
        let (rows, labels) = ring();
        let forest =
            train(&rows, 3, &labels, &vec![1.0; labels.len()], 3, &Settings { rounds: 5, ..Settings::default() });
        let mut sums = [0.0; 3];
        forest.score(&rows[30..33], &mut sums);
        for (class, sum) in sums.iter().enumerate() {
            let (base, parts) = forest.contributions(&rows[30..33], class);
            assert!((base + parts.iter().sum::<f32>() - sum).abs() < 1e-4);
        }
    }
}
