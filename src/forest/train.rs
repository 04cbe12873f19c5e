//! Fitting a forest: columns cut into bins once, then trees grown leaf by leaf on histograms of gradients.

use super::{Forest, LEAF, Node, softmax};

/// How a forest is grown.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Trees a class.
    pub rounds: usize,
    /// Leaves a tree, at most 255.
    pub leaves: usize,
    /// Share of each tree's values that is added (shrinkage), 0 to 1.
    pub rate: f64,
    /// Least weight of rows in a leaf.
    pub leaf_weight: f64,
    /// Ridge penalty on leaf values.
    pub ridge: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { rounds: 100, leaves: 24, rate: 0.1, leaf_weight: 30.0, ridge: 2.0 }
    }
}

/// Most bins a column is cut into.
const BINS: usize = 64;

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
    let mut forest = Forest { classes, features, base: base.clone(), nodes: Vec::new(), roots: Vec::new() };
    let mut sums: Vec<f32> = base.iter().copied().cycle().take(count * classes).collect();
    let mut odds = vec![0.0f32; classes];
    let mut gradients = vec![(0.0f32, 0.0f32); count * classes];
    for _ in 0..settings.rounds {
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
                .map(|class| grow(&columns, &gradients[class * count..(class + 1) * count], settings))
                .collect()
        };
        for (class, (nodes, added)) in trees.into_iter().enumerate() {
            forest.roots.push(forest.nodes.len() as u32);
            forest.nodes.extend(nodes);
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
fn grow(columns: &[Column], gradients: &[(f32, f32)], settings: &Settings) -> (Vec<Node>, Vec<f32>) {
    let mut nodes = vec![Node { feature: LEAF, left: 0, value: 0.0 }];
    let mut added = vec![0.0f32; gradients.len()];
    let rows: Vec<u32> = (0..gradients.len() as u32).collect();
    let histogram = histogram(columns, gradients, &rows);
    let mut leaves = vec![leaf(0, rows, histogram, columns, settings)];
    while leaves.len() < settings.leaves {
        let best = leaves.iter().enumerate().filter_map(|(i, leaf)| leaf.split.map(|split| (i, split)));
        let Some((i, split)) = best.reduce(|a, b| if b.1.gain > a.1.gain { b } else { a }) else { break };
        let parent = leaves.swap_remove(i);
        let column = &columns[split.feature];
        let (left, right): (Vec<u32>, Vec<u32>) =
            parent.rows.iter().partition(|&&row| column.bins[row as usize] as usize <= split.bin);
        let at = nodes.len();
        nodes[parent.at] = Node { feature: split.feature as u16, left: at as u16, value: column.edges[split.bin] };
        nodes.extend([Node { feature: LEAF, left: 0, value: 0.0 }; 2]);
        // Only the smaller side is counted; the other is what remains of the parent.
        let small = if left.len() <= right.len() { &left } else { &right };
        let counted = self::histogram(columns, gradients, small);
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
        leaves.push(leaf(at, left, a, columns, settings));
        leaves.push(leaf(at + 1, right, b, columns, settings));
    }
    for leaf in leaves {
        let value = (-leaf.total.gradient / (leaf.total.hessian + settings.ridge) * settings.rate) as f32;
        nodes[leaf.at].value = value;
        for row in leaf.rows {
            added[row as usize] = value;
        }
    }
    (nodes, added)
}

fn histogram(columns: &[Column], gradients: &[(f32, f32)], rows: &[u32]) -> Vec<[Sum; BINS]> {
    columns
        .iter()
        .map(|column| {
            let mut bins = [Sum::default(); BINS];
            if !column.edges.is_empty() {
                for &row in rows {
                    let (gradient, hessian) = gradients[row as usize];
                    let bin = &mut bins[column.bins[row as usize] as usize];
                    bin.gradient += f64::from(gradient);
                    bin.hessian += f64::from(hessian);
                }
            }
            bins
        })
        .collect()
}

fn leaf(at: usize, rows: Vec<u32>, histogram: Vec<[Sum; BINS]>, columns: &[Column], settings: &Settings) -> Leaf {
    // Every column that varies holds the same total; take the first such column's.
    let total = columns.iter().position(|column| !column.edges.is_empty()).map_or(Sum::default(), |feature| {
        histogram[feature]
            .iter()
            .fold(Sum::default(), |a, b| Sum { gradient: a.gradient + b.gradient, hessian: a.hessian + b.hessian })
    });
    let mut split: Option<Split> = None;
    for (feature, bins) in histogram.iter().enumerate() {
        let mut left = Sum::default();
        for (bin, sum) in bins.iter().enumerate().take(columns[feature].edges.len()) {
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
