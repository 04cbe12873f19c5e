//! From a score to a probability: a logistic curve over a few scores (Platt 1999), fitted by Newton's method.

use serde::{Deserialize, Serialize};

use super::numeric::sigmoid;

/// `P = σ(slopes · x + intercept)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    /// One slope a score.
    pub slopes: Vec<f64>,
    /// The intercept.
    pub intercept: f64,
}

impl Platt {
    /// Fits the curve to rows of `slopes.len()` scores each, laid end to end in `scores`; `weights` may be empty.
    /// Targets are smoothed as Platt did ((n₊+1)/(n₊+2) and 1/(n₋+2)); `ridge` above 0 keeps the slopes finite on
    /// separable data.
    ///
    /// # Panics
    /// If the slices' lengths do not fit, or `width` is 0.
    pub fn fit(scores: &[f64], width: usize, positive: &[bool], weights: &[f32], ridge: f64) -> Self {
        assert!(width > 0 && scores.len() == width * positive.len(), "`width` scores a row");
        assert!(weights.is_empty() || weights.len() == positive.len(), "a weight a row");
        let weight = |i: usize| weights.get(i).map_or(1.0, |w| f64::from(*w));
        let mass = |class: bool| (0..positive.len()).filter(|i| positive[*i] == class).map(weight).sum::<f64>();
        let target =
            |class: bool| if class { (mass(true) + 1.0) / (mass(true) + 2.0) } else { 1.0 / (mass(false) + 2.0) };
        let (high, low) = (target(true), target(false));
        let size = width + 1;
        let mut beta = vec![0.0; size];
        for _ in 0..50 {
            let mut gradient = vec![0.0; size];
            let mut hessian = vec![0.0; size * size];
            for (i, row) in scores.chunks_exact(width).enumerate() {
                let x = |j: usize| if j < width { row[j] } else { 1.0 };
                let p = sigmoid((0..size).map(|j| beta[j] * x(j)).sum());
                let error = weight(i) * (p - if positive[i] { high } else { low });
                let curve = weight(i) * (p * (1.0 - p)).max(1e-12);
                for j in 0..size {
                    gradient[j] += error * x(j);
                    for k in 0..=j {
                        hessian[j * size + k] += curve * x(j) * x(k);
                    }
                }
            }
            for j in 0..size {
                let ridge = if j < width { ridge } else { 1e-9 };
                gradient[j] += ridge * beta[j];
                hessian[j * size + j] += ridge;
            }
            let step = solve(hessian, gradient, size);
            let length = step.iter().map(|s| s * s).sum::<f64>().sqrt();
            // A step longer than 10 leaves the region where the quadratic model holds.
            let damp = if length > 10.0 { 10.0 / length } else { 1.0 };
            for (b, s) in beta.iter_mut().zip(&step) {
                *b -= damp * s;
            }
            if length < 1e-9 {
                break;
            }
        }
        let intercept = beta[width];
        beta.truncate(width);
        Self { slopes: beta, intercept }
    }

    /// The log-odds for one row of scores.
    pub fn log_odds(&self, scores: &[f64]) -> f64 {
        self.intercept + self.slopes.iter().zip(scores).map(|(slope, score)| slope * score).sum::<f64>()
    }

    /// The probability for one row of scores.
    pub fn probability(&self, scores: &[f64]) -> f64 {
        sigmoid(self.log_odds(scores))
    }
}

/// Solves the symmetric positive definite system whose lower triangle is `a` (row-major), by Cholesky.
fn solve(mut a: Vec<f64>, mut b: Vec<f64>, n: usize) -> Vec<f64> {
    for j in 0..n {
        for k in 0..j {
            let x = a[j * n + k];
            for i in j..n {
                a[i * n + j] -= a[i * n + k] * x;
            }
        }
        let root = a[j * n + j].max(1e-300).sqrt();
        for i in j..n {
            a[i * n + j] /= root;
        }
    }
    for i in 0..n {
        b[i] = (b[i] - (0..i).map(|k| a[i * n + k] * b[k]).sum::<f64>()) / a[i * n + i];
    }
    for i in (0..n).rev() {
        b[i] = (b[i] - (i + 1..n).map(|k| a[k * n + i] * b[k]).sum::<f64>()) / a[i * n + i];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovers_a_known_curve() {
        let mut shuffle = crate::bayes::Shuffle::new(5);
        let mut unit = || shuffle.next_u64() as f64 / 2f64.powi(64);
        let (mut scores, mut positive) = (Vec::new(), Vec::new());
        for _ in 0..20_000 {
            let (x, y) = (unit() * 4.0 - 2.0, unit() * 2.0 - 1.0);
            scores.extend([x, y]);
            positive.push(unit() < sigmoid(1.5 * x - 0.8 * y + 0.3));
        }
        let curve = Platt::fit(&scores, 2, &positive, &[], 1e-6);
        assert!((curve.slopes[0] - 1.5).abs() < 0.1 && (curve.slopes[1] + 0.8).abs() < 0.1, "{curve:?}");
        assert!((curve.intercept - 0.3).abs() < 0.1);
    }

    #[test]
    fn separable_and_one_sided_data_stay_finite() {
        for positive in [[false, false, true, true], [true; 4], [false; 4]] {
            let curve = Platt::fit(&[-2.0, -1.0, 1.0, 2.0], 1, &positive, &[], 1e-3);
            assert!(curve.slopes[0].is_finite() && curve.intercept.is_finite());
        }
    }
}
