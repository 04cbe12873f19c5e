//! Logistic regression over sparse rows scaled by naive-Bayes log-count ratios (NB-LR, Wang and Manning 2012,
//! "Baselines and Bigrams"), folded back into one weight a bucket.

use linfa::dataset::Records;

use super::numeric::{ln, sigmoid};
use super::{Shuffle, SparseRows};

/// How to refine.
#[derive(Clone, Debug)]
pub struct Refinement {
    /// The inverse of the L2 penalty: the cost of one row of weight 1.
    pub cost: f64,
    /// Most passes over the rows.
    pub epochs: usize,
    /// Training stops once a pass moves no dual variable by more than this share of its range.
    pub tolerance: f64,
    /// Seed of the order in which rows are visited.
    pub seed: u64,
}

impl Default for Refinement {
    fn default() -> Self {
        Self { cost: 1.0, epochs: 30, tolerance: 0.01, seed: 1 }
    }
}

/// Learns `w` that minimises `½‖w‖² + cost Σ weightᵢ ln(1 + exp(−yᵢ w·(r∘xᵢ)))` and returns `r∘w`, one weight a bucket,
/// and the intercept. `positive[i]` is the class of row `i`; `weights` may be empty (1 each); `ratios` are the
/// log-count ratios `r`, one a bucket. `offsets` are added to the log-odds of the rows before `w` has its say (none when
/// empty): what another model knows already.
///
/// The dual coordinate descent of Yu, Huang and Lin ("Dual coordinate descent methods for logistic regression and
/// maximum entropy models", 2011), with a few Newton steps a coordinate.
///
/// # Panics
/// If the slices differ in length.
pub fn refine(
    rows: &SparseRows,
    positive: &[bool],
    weights: &[f32],
    ratios: &[f32],
    offsets: &[f64],
    how: &Refinement,
) -> (Vec<f32>, f64) {
    assert_eq!(rows.len(), positive.len(), "a class a row");
    assert!(weights.is_empty() || weights.len() == rows.len(), "a weight a row");
    assert_eq!(ratios.len(), rows.nfeatures(), "a ratio a bucket");
    assert!(offsets.is_empty() || offsets.len() == rows.len(), "an offset a row");
    let offset = |i: usize| offsets.get(i).copied().unwrap_or(0.0);
    // The intercept is one more feature of value 1, as in liblinear.
    let mut w = vec![0.0f64; ratios.len()];
    let mut intercept = 0.0f64;
    let cost = |i: usize| how.cost * weights.get(i).map_or(1.0, |weight| f64::from(*weight));
    let scaled = |cell: &(u32, f32)| f64::from(cell.1) * f64::from(ratios[cell.0 as usize]);
    let mut order: Vec<usize> = (0..rows.len()).filter(|i| cost(*i) > 0.0).collect();
    let squares: Vec<f64> =
        rows.iter().map(|row| 1.0 + row.iter().map(|cell| scaled(cell).powi(2)).sum::<f64>()).collect();
    // The dual variable of each row, between 0 and its cost, starts near 0.
    let mut alpha: Vec<f64> = (0..rows.len()).map(|i| 0.001 * cost(i)).collect();
    for &i in &order {
        let step = sign(positive[i]) * alpha[i];
        intercept += step;
        for cell in rows.row(i) {
            w[cell.0 as usize] += step * scaled(cell);
        }
    }
    let mut shuffle = Shuffle::new(how.seed);
    for _ in 0..how.epochs {
        let mut moved = 0.0f64;
        shuffle.shuffle(&mut order);
        for &i in &order {
            let (y, c, row) = (sign(positive[i]), cost(i), rows.row(i));
            let margin =
                y * (offset(i) + intercept + row.iter().map(|cell| w[cell.0 as usize] * scaled(cell)).sum::<f64>());
            let next = dual_step(alpha[i], c, squares[i], margin);
            let change = next - alpha[i];
            if change.abs() < 1e-12 * c {
                continue;
            }
            moved = moved.max(change.abs() / c);
            alpha[i] = next;
            let step = y * change;
            intercept += step;
            for cell in row {
                w[cell.0 as usize] += step * scaled(cell);
            }
        }
        if moved < how.tolerance {
            break;
        }
    }
    let folded = w.iter().zip(ratios).map(|(w, r)| (*w * f64::from(*r)) as f32).collect();
    (folded, intercept)
}

const fn sign(positive: bool) -> f64 {
    if positive { 1.0 } else { -1.0 }
}

/// The value of one dual variable that minimises `½ a (z − α)² + b (z − α) + z ln z + (c − z) ln (c − z)` over `0 < z < c`.
///
/// With `z = c σ(t)` the derivative is `t + a (c σ(t) − α) + b`: it rises at least as fast as `t`, so that Newton
/// steps inside a bracket find its one root also where `z` lies next to an edge.
fn dual_step(alpha: f64, c: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (-b - a * (c - alpha), -b + a * alpha);
    let mut t = ln(alpha / (c - alpha)).clamp(low, high);
    for _ in 0..40 {
        let share = sigmoid(t);
        let gradient = t + a * (c * share - alpha) + b;
        if gradient.abs() < 1e-6 {
            break;
        }
        if gradient > 0.0 {
            high = t;
        } else {
            low = t;
        }
        let newton = t - gradient / (1.0 + a * c * share * (1.0 - share));
        t = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
    }
    c * sigmoid(t.clamp(-30.0, 30.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_optimum_of_its_objective() {
        let mut rows = SparseRows::new(3);
        let cells: [&[(u32, f32)]; 6] = [
            &[(0, 1.0)],
            &[(0, 1.0), (1, 1.0)],
            &[(1, 1.0)],
            &[(2, 1.0)],
            &[(2, 1.0), (1, 1.0)],
            &[(0, 1.0), (2, 1.0)],
        ];
        for row in cells {
            rows.push(row.iter().copied());
        }
        let positive = [true, true, false, false, false, true];
        let how = Refinement { cost: 2.0, epochs: 500, tolerance: 1e-7, seed: 3 };
        let (w, b) = refine(&rows, &positive, &[], &[1.0; 3], &[], &how);
        // At the optimum the gradient w − cost Σ y σ(−margin) x vanishes.
        let mut gradient = [f64::from(w[0]), f64::from(w[1]), f64::from(w[2]), b];
        for (i, row) in rows.iter().enumerate() {
            let y = sign(positive[i]);
            let margin = y * (b + row.iter().map(|c| f64::from(w[c.0 as usize] * c.1)).sum::<f64>());
            let pull = how.cost * y * sigmoid(-margin);
            gradient[3] -= pull;
            for cell in row {
                gradient[cell.0 as usize] -= pull * f64::from(cell.1);
            }
        }
        assert!(gradient.iter().all(|g| g.abs() < 1e-3), "{gradient:?}");
    }

    #[test]
    fn the_same_rows_give_the_same_bits() {
        let mut rows = SparseRows::new(8);
        for i in 0..40u32 {
            rows.push([(i % 8, 1.0), (i * 3 % 8, 0.5)]);
        }
        let positive: Vec<bool> = (0..40).map(|i| i % 3 == 0).collect();
        let run = || refine(&rows, &positive, &[], &[0.7; 8], &[], &Refinement::default());
        assert_eq!(run().0, run().0);
    }
}
