//! How well blocks are named: precision, recall and F1 a label, and which labels are taken for which.

use rayon::prelude::*;

use crate::clean::{Cleaner, Input};
use crate::label::train::Example;
use crate::record::Label;

/// Counts of named against right labels, in blocks.
#[derive(Clone, Debug)]
pub struct Confusion {
    /// `[right * Label::COUNT + named]`.
    counts: Vec<f64>,
}

impl Default for Confusion {
    fn default() -> Self {
        Self { counts: vec![0.0; Label::COUNT * Label::COUNT] }
    }
}

impl Confusion {
    /// Names the blocks of the examples and counts those whose label is known.
    pub fn of<'e>(cleaner: &Cleaner, examples: impl ParallelIterator<Item = &'e Example>) -> Self {
        examples
            .map(|example| {
                let mut counts = Self::default();
                let cleaned = cleaner.stages(&Input::new(&*example.id, &example.source, example.format));
                for (target, &named) in example.gold.targets(&cleaned.page).iter().zip(&cleaned.labels.labels) {
                    if let Some(right) = target.label {
                        counts.add(right, named);
                    }
                }
                counts
            })
            .reduce(Self::default, Self::plus)
    }

    /// The sums of both. Counts are whole numbers, so the order of adding changes nothing.
    fn plus(mut self, other: Self) -> Self {
        for (own, other) in self.counts.iter_mut().zip(other.counts) {
            *own += other;
        }
        self
    }

    /// Number of blocks.
    pub fn blocks(&self) -> u64 {
        self.counts.iter().sum::<f64>() as u64
    }

    /// Counts one block.
    pub fn add(&mut self, right: Label, named: Label) {
        self.counts[right as usize * Label::COUNT + named as usize] += 1.0;
    }

    /// How often `right` was named `named`.
    pub fn count(&self, right: Label, named: Label) -> f64 {
        self.counts[right as usize * Label::COUNT + named as usize]
    }

    /// Precision, recall, F1 and number of blocks of a label; `None` where it neither occurs nor is named.
    pub fn figures(&self, label: Label) -> Option<(f64, f64, f64, f64)> {
        let hit = self.count(label, label);
        let right: f64 = Label::ALL.iter().map(|&named| self.count(label, named)).sum();
        let named: f64 = Label::ALL.iter().map(|&right| self.count(right, label)).sum();
        if right + named == 0.0 {
            return None;
        }
        let share = |whole: f64| if whole > 0.0 { hit / whole } else { 0.0 };
        Some((share(named), share(right), 2.0 * hit / (right + named), right))
    }

    /// Mean F1 over the labels that occur and satisfy `of`.
    pub fn macro_f1(&self, of: impl Fn(Label) -> bool) -> f64 {
        let scores: Vec<f64> = Label::ALL
            .iter()
            .filter(|&&label| of(label))
            .filter_map(|&label| self.figures(label))
            .filter(|figures| figures.3 > 0.0)
            .map(|figures| figures.2)
            .collect();
        scores.iter().sum::<f64>() / scores.len().max(1) as f64
    }

    /// The most frequent mistakes: right label, named label, count.
    pub fn mistakes(&self) -> Vec<(Label, Label, f64)> {
        let mut out: Vec<(Label, Label, f64)> = Label::ALL
            .iter()
            .flat_map(|&right| Label::ALL.iter().map(move |&named| (right, named)))
            .filter(|(right, named)| right != named)
            .map(|(right, named)| (right, named, self.count(right, named)))
            .filter(|mistake| mistake.2 > 0.0)
            .collect();
        out.sort_by(|a, b| b.2.total_cmp(&a.2));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_follow_from_counts() {
        let mut confusion = Confusion::default();
        confusion.add(Label::Share, Label::Share);
        confusion.add(Label::Share, Label::Related);
        confusion.add(Label::Body, Label::Share);
        assert_eq!(confusion.figures(Label::Share), Some((0.5, 0.5, 0.5, 2.0)));
        assert_eq!(confusion.figures(Label::Footer), None);
        assert_eq!(confusion.mistakes().len(), 2);
    }
}
