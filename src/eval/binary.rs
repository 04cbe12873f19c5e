//! Figures of a binary classifier: what `tamis eval comments` prints and `bench/score.py` computes.

use serde::Serialize;

/// A scored example: the probability given, and whether it is positive.
pub type Scored = (f64, bool);

/// Figures over scored examples. Shares lie between 0 and 1; a figure without data is `None`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BinaryFigures {
    /// Number of examples.
    pub n: usize,
    /// Number of positives.
    pub positives: usize,
    /// Area under the ROC curve: the chance that a positive outranks a negative, ties counting half.
    pub auc: Option<f64>,
    /// Share of positives above the threshold that flags at most 1 % of the negatives.
    pub caught_at_1: Option<f64>,
    /// The same at 0.1 %.
    pub caught_at_01: Option<f64>,
    /// Positives called positive.
    pub true_positives: usize,
    /// Negatives called positive.
    pub false_positives: usize,
    /// Positives called negative.
    pub false_negatives: usize,
    /// Negatives called negative.
    pub true_negatives: usize,
    /// F1 of the positive class at the threshold.
    pub f1: f64,
    /// Mean of the F1 of both classes at the threshold.
    pub macro_f1: f64,
    /// Matthews correlation coefficient at the threshold.
    pub mcc: f64,
    /// Expected calibration error over 15 bins of equal width (Guo et al. 2017).
    pub ece: f64,
}

impl BinaryFigures {
    /// Computes the figures; an example counts as called positive from `threshold` up.
    pub fn of(scored: &[Scored], threshold: f64) -> Self {
        let count = |called: bool, positive: bool| {
            scored.iter().filter(|(s, y)| (*s >= threshold) == called && *y == positive).count()
        };
        let (tp, fp, fn_, tn) = (count(true, true), count(true, false), count(false, true), count(false, false));
        let f1 =
            |hit: usize, miss: usize| if hit + miss == 0 { 0.0 } else { 2.0 * hit as f64 / (2 * hit + miss) as f64 };
        let (f1_positive, f1_negative) = (f1(tp, fp + fn_), f1(tn, fp + fn_));
        let root = ((tp + fp) as f64 * (tp + fn_) as f64 * (tn + fp) as f64 * (tn + fn_) as f64).sqrt();
        let mcc = if root > 0.0 { (tp as f64 * tn as f64 - fp as f64 * fn_ as f64) / root } else { 0.0 };
        Self {
            n: scored.len(),
            positives: tp + fn_,
            auc: auc(scored),
            caught_at_1: threshold_at(scored, 0.01).map(|cut| caught(scored, cut)),
            caught_at_01: threshold_at(scored, 0.001).map(|cut| caught(scored, cut)),
            true_positives: tp,
            false_positives: fp,
            false_negatives: fn_,
            true_negatives: tn,
            f1: f1_positive,
            macro_f1: f64::midpoint(f1_positive, f1_negative),
            mcc,
            ece: reliability(scored, 15)
                .iter()
                .map(|bin| (bin.mean_score - bin.share_positive).abs() * bin.n as f64)
                .sum::<f64>()
                / scored.len().max(1) as f64,
        }
    }
}

/// The area under the ROC curve; `None` without both classes.
pub fn auc(scored: &[Scored]) -> Option<f64> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = sorted.iter().filter(|s| s.1).count() as f64;
    let negatives = sorted.len() as f64 - positives;
    let (mut ranks, mut i) = (0.0, 0);
    while i < sorted.len() {
        let j = i + sorted[i..].iter().take_while(|s| s.0.total_cmp(&sorted[i].0).is_eq()).count();
        // Ranks i+1 … j share their mean.
        ranks += (i + j + 1) as f64 / 2.0 * sorted[i..j].iter().filter(|s| s.1).count() as f64;
        i = j;
    }
    (positives > 0.0 && negatives > 0.0)
        .then(|| (ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives))
}

/// The score above which at most `rate` of the negatives lie; `None` without negatives.
pub fn threshold_at(scored: &[Scored], rate: f64) -> Option<f64> {
    let mut negatives: Vec<f64> = scored.iter().filter(|s| !s.1).map(|s| s.0).collect();
    negatives.sort_by(|a, b| b.total_cmp(a));
    negatives.get((rate * negatives.len() as f64) as usize).copied()
}

/// Share of positives scored above `cut`.
fn caught(scored: &[Scored], cut: f64) -> f64 {
    let positives = scored.iter().filter(|s| s.1).count();
    scored.iter().filter(|s| s.1 && s.0 > cut).count() as f64 / positives.max(1) as f64
}

/// One bin of a reliability diagram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Examples in it.
    pub n: usize,
    /// Mean probability given.
    pub mean_score: f64,
    /// Share that is positive.
    pub share_positive: f64,
}

/// The reliability diagram: examples by their probability in `bins` bins of equal width; empty bins are left out.
pub fn reliability(scored: &[Scored], bins: usize) -> Vec<Bin> {
    let mut sums = vec![(0usize, 0.0, 0usize); bins];
    for (score, positive) in scored {
        let bin = &mut sums[((score * bins as f64) as usize).min(bins - 1)];
        *bin = (bin.0 + 1, bin.1 + score, bin.2 + usize::from(*positive));
    }
    let filled = sums.into_iter().filter(|bin| bin.0 > 0);
    filled
        .map(|(n, score, positive)| Bin { n, mean_score: score / n as f64, share_positive: positive as f64 / n as f64 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_small_case_computed_by_hand() {
        let scored = [(0.9, true), (0.8, false), (0.7, true), (0.2, false), (0.2, true), (0.1, false)];
        let figures = BinaryFigures::of(&scored, 0.5);
        assert_eq!(
            (figures.true_positives, figures.false_positives, figures.false_negatives, figures.true_negatives),
            (2, 1, 1, 2)
        );
        // Pairs won: 3 + 2 + 1.5 of 9.
        assert!((figures.auc.unwrap() - 6.5 / 9.0).abs() < 1e-12);
        assert!((figures.f1 - 2.0 / 3.0).abs() < 1e-12 && (figures.mcc - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(figures.caught_at_1, Some(1.0 / 3.0));
    }

    #[test]
    fn one_class_or_none_has_no_auc() {
        assert_eq!(auc(&[(0.5, true)]), None);
        let figures = BinaryFigures::of(&[], 0.5);
        assert!(figures.ece == 0.0 && figures.caught_at_1.is_none());
    }
}
