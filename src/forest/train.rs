//! Fitting a forest: columns cut into bins once, then trees grown leaf by leaf on histograms of gradients.

use super::sieve::LEAVES;
use super::{Forest, LEAF, Node, softmax};

/// How a forest is grown.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Sums of trees that are grown apart from one another, on other rows and columns; their mean is taken, which is
    /// steadier than any one of them (bagging, Breiman 1996).
    pub bags: usize,
    /// Trees a class and bag.
    pub rounds: usize,
    /// Leaves a tree, at most 32.
    pub leaves: usize,
    /// Share of each tree's values that is added (shrinkage), 0 to 1.
    pub rate: f64,
    /// Least weight of rows in a leaf.
    pub leaf_weight: f64,
    /// Ridge penalty on leaf values.
    pub ridge: f64,
    /// Share of the rows that each tree is grown from, 0 to 1; the others only get its values (Friedman 2002). Rows
    /// are taken in runs of 64, since neighbours are much alike.
    pub rows: f64,
    /// Share of the columns that each tree may look at, 0 to 1.
    pub columns: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { bags: 1, rounds: 100, leaves: 24, rate: 0.1, leaf_weight: 30.0, ridge: 2.0, rows: 1.0, columns: 1.0 }
    }
}

/// Most bins a column is cut into.
const BINS: usize = 64;
/// Rows that are taken or left together.
const RUN: usize = 64;

/// Whether thing number `i` is in the share of the tree with this seed: the same on every machine.
fn taken(seed: u64, i: usize, share: f64) -> bool {
    // SplitMix64 (Steele et al. 2014).
    let mut z = (seed << 32 | i as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64 <= share
}

/// The thresholds of one column and every row's bin in it.
struct Column {
    /// A value is in the first bin whose edge is not below it.
    edges: Vec<f32>,
    bins: Vec<u8>,
}

impl Column {
    fn new(values: impl Iterator<Item = f32> + Clone) -> Self {
        let mut sorted: Vec<f32> = values.clone().collect();
        sorted.sort_by(f32::total_cmp);
        let mut edges: Vec<f32> = (1..BINS).map(|i| sorted[(sorted.len() - 1) * i / BINS]).collect();
        edges.dedup();
        // The largest value needs no edge of its own: nothing lies above it.
        while edges.last().is_some_and(|edge| Some(edge) == sorted.last()) {
            edges.pop();
        }
        let bins = values.map(|value| edges.partition_point(|&edge| edge < value) as u8).collect();
        Self { edges, bins }
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    gradient: f64,
    hessian: f64,
}

impl Sum {
    fn gain(self, ridge: f64) -> f64 {
        self.gradient * self.gradient / (self.hessian + ridge)
    }
}

/// The best way found to part a leaf.
#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    bin: usize,
}

/// A leaf that may still be parted: its rows and their histogram.
struct Leaf {
    at: usize,
    rows: Vec<u32>,
    histogram: Vec<[Sum; BINS]>,
    total: Sum,
    split: Option<Split>,
}

/// Fits a forest to `labels.len()` rows of `features` values each.
///
/// `labels` are class numbers below `classes` (for one class: 0 or 1), `weights` one a row.
///
/// # Panics
/// When the lengths disagree or there is no row.
pub fn train(
    rows: &[f32],
    features: usize,
    labels: &[u8],
    weights: &[f32],
    classes: usize,
    settings: &Settings,
) -> Forest {
    let count = labels.len();
    assert!(
        count > 0 && rows.len() == count * features && weights.len() == count,
        "rows, labels and weights must agree"
    );
    let columns: Vec<Column> =
        (0..features).map(|feature| Column::new(rows[feature..].iter().step_by(features).copied())).collect();
    let base = base(labels, weights, classes);
    let mut forest = Forest { classes, features, base: base.clone(), ..Forest::default() };
    let mut sums = vec![0.0f32; count * classes];
    let mut odds = vec![0.0f32; classes];
    let mut gradients = vec![(0.0f32, 0.0f32); count * classes];
    for round in 0..settings.bags * settings.rounds {
        if round % settings.rounds == 0 {
            sums.iter_mut().zip(base.iter().cycle()).for_each(|(sum, base)| *sum = *base);
        }
        for row in 0..count {
            odds.copy_from_slice(&sums[row * classes..(row + 1) * classes]);
            softmax(&mut odds);
            for class in 0..classes {
                let hit = if classes == 1 { labels[row] == 1 } else { labels[row] as usize == class };
                let p = odds[class];
                gradients[class * count + row] =
                    (weights[row] * (p - f32::from(u8::from(hit))), weights[row] * (p * (1.0 - p)).max(1e-6));
            }
        }
        let trees: Vec<(Vec<Node>, Vec<f32>)> = {
            use rayon::prelude::*;
            (0..classes)
                .into_par_iter()
                .map(|class| {
                    let seed = (round * classes + class) as u64;
                    grow(&columns, &gradients[class * count..(class + 1) * count], seed, settings)
                })
                .collect()
        };
        for (class, (nodes, added)) in trees.into_iter().enumerate() {
            forest.roots.push(forest.nodes.len() as u32);
            let shared = |node: Node| match node.feature {
                LEAF => Node { value: node.value / settings.bags as f32, ..node },
                _ => node,
            };
            forest.nodes.extend(nodes.into_iter().map(shared));
            for (row, value) in added.into_iter().enumerate() {
                sums[row * classes + class] += value;
            }
        }
    }
    forest
}

/// Log of each class's share of the weight.
fn base(labels: &[u8], weights: &[f32], classes: usize) -> Vec<f32> {
    let mut mass = vec![1.0f64; classes.max(2)];
    for (&label, &weight) in labels.iter().zip(weights) {
        mass[label as usize] += f64::from(weight);
    }
    if classes == 1 {
        return vec![libm::log(mass[1] / mass[0]) as f32];
    }
    let total: f64 = mass.iter().sum();
    mass.iter().map(|mass| libm::log(mass / total) as f32).collect()
}

/// Grows one tree, always parting the leaf that gains most; returns its nodes and what it adds to each row.
fn grow(columns: &[Column], gradients: &[(f32, f32)], seed: u64, settings: &Settings) -> (Vec<Node>, Vec<f32>) {
    let mut nodes = vec![Node { feature: LEAF, left: 0, value: 0.0 }];
    // The bin up to which rows go left, a node.
    let mut bins = vec![0u8];
    let rows: Vec<u32> =
        (0..gradients.len() as u32).filter(|&row| taken(seed * 2, row as usize / RUN, settings.rows)).collect();
    let looked: Vec<usize> = (0..columns.len())
        .filter(|&i| !columns[i].edges.is_empty() && taken(seed * 2 + 1, i, settings.columns))
        .collect();
    let tree = Tree { columns, gradients, looked: &looked, settings };
    let histogram = tree.histogram(&rows);
    let mut leaves = vec![tree.leaf(0, rows, histogram)];
    while leaves.len() < settings.leaves.min(LEAVES) {
        let best = leaves.iter().enumerate().filter_map(|(i, leaf)| leaf.split.map(|split| (i, split)));
        let Some((i, split)) = best.reduce(|a, b| if b.1.gain > a.1.gain { b } else { a }) else { break };
        let parent = leaves.swap_remove(i);
        let column = &columns[split.feature];
        let (left, right): (Vec<u32>, Vec<u32>) =
            parent.rows.iter().partition(|&&row| column.bins[row as usize] as usize <= split.bin);
        let at = nodes.len();
        nodes[parent.at] = Node { feature: split.feature as u16, left: at as u16, value: column.edges[split.bin] };
        bins[parent.at] = split.bin as u8;
        nodes.extend([Node { feature: LEAF, left: 0, value: 0.0 }; 2]);
        bins.extend([0; 2]);
        // Only the smaller side is counted; the other is what remains of the parent.
        let counted = tree.histogram(if left.len() <= right.len() { &left } else { &right });
        let rest = parent
            .histogram
            .iter()
            .zip(&counted)
            .map(|(all, part)| {
                let mut rest = *all;
                for (rest, part) in rest.iter_mut().zip(part) {
                    rest.gradient -= part.gradient;
                    rest.hessian -= part.hessian;
                }
                rest
            })
            .collect();
        let (a, b) = if left.len() <= right.len() { (counted, rest) } else { (rest, counted) };
        leaves.push(tree.leaf(at, left, a));
        leaves.push(tree.leaf(at + 1, right, b));
    }
    for leaf in leaves {
        nodes[leaf.at].value = (-leaf.total.gradient / (leaf.total.hessian + settings.ridge) * settings.rate) as f32;
    }
    let value = |row: usize| {
        let mut at = 0;
        while nodes[at].feature != LEAF {
            let right = columns[nodes[at].feature as usize].bins[row] > bins[at];
            at = nodes[at].left as usize + usize::from(right);
        }
        nodes[at].value
    };
    let added = (0..gradients.len()).map(value).collect();
    (nodes, added)
}

/// What a tree is grown from.
struct Tree<'t> {
    columns: &'t [Column],
    gradients: &'t [(f32, f32)],
    /// Columns that may be split at.
    looked: &'t [usize],
    settings: &'t Settings,
}

impl Tree<'_> {
    /// Sums of the gradients of these rows in every bin of every column looked at.
    fn histogram(&self, rows: &[u32]) -> Vec<[Sum; BINS]> {
        self.looked
            .iter()
            .map(|&feature| {
                let column = &self.columns[feature];
                let mut bins = [Sum::default(); BINS];
                for &row in rows {
                    let (gradient, hessian) = self.gradients[row as usize];
                    let bin = &mut bins[column.bins[row as usize] as usize];
                    bin.gradient += f64::from(gradient);
                    bin.hessian += f64::from(hessian);
                }
                bins
            })
            .collect()
    }

    fn leaf(&self, at: usize, rows: Vec<u32>, histogram: Vec<[Sum; BINS]>) -> Leaf {
        let settings = self.settings;
        // Every column holds the same total.
        let total = histogram.first().map_or_else(Sum::default, |bins| {
            bins.iter()
                .fold(Sum::default(), |a, b| Sum { gradient: a.gradient + b.gradient, hessian: a.hessian + b.hessian })
        });
        let mut split: Option<Split> = None;
        for (&feature, bins) in self.looked.iter().zip(&histogram) {
            let mut left = Sum::default();
            for (bin, sum) in bins.iter().enumerate().take(self.columns[feature].edges.len()) {
                left = Sum { gradient: left.gradient + sum.gradient, hessian: left.hessian + sum.hessian };
                let right = Sum { gradient: total.gradient - left.gradient, hessian: total.hessian - left.hessian };
                // p(1-p) is at most a quarter: a leaf of that much hessian has at least four times the weight.
                let least = settings.leaf_weight / 4.0;
                if left.hessian < least || right.hessian < least {
                    continue;
                }
                let gain = left.gain(settings.ridge) + right.gain(settings.ridge) - total.gain(settings.ridge);
                if gain > 1e-6 && split.is_none_or(|best| gain > best.gain) {
                    split = Some(Split { gain, feature, bin });
                }
            }
        }
        Leaf { at, rows, histogram, total, split }
    }
}
