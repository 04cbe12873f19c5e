//! Logarithms, exponentials and what is made of them. `ln` and `exp` come from `libm` on every machine, so that
//! training and scoring give the same bits everywhere.

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `e` to the power of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// `1 / (1 + exp(-x))`, without overflow at either end.
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + exp(-x))
    } else {
        let e = exp(x);
        e / (1.0 + e)
    }
}

/// The log-odds of a probability, bounded to ±36 (where a `f64` sigmoid saturates).
pub fn logit(p: f64) -> f64 {
    const EDGE: f64 = 2.3e-16;
    let p = p.clamp(EDGE, 1.0 - EDGE);
    ln(p) - ln(1.0 - p)
}

/// `ln(Σ exp(x))`, finite wherever one of the `x` is. Negative infinity for an empty slice.
pub fn log_sum_exp(xs: &[f64]) -> f64 {
    let max = xs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !max.is_finite() {
        return max;
    }
    max + ln(xs.iter().map(|x| exp(x - max)).sum())
}

/// Turns joint log-likelihoods into posterior probabilities in place. They sum to 1.
pub fn softmax(xs: &mut [f64]) {
    let total = log_sum_exp(xs);
    for x in xs {
        *x = exp(*x - total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_sum_exp_stays_finite_far_from_zero() {
        assert!((log_sum_exp(&[-5000.0, -5000.0]) - (-5000.0 + 2f64.ln())).abs() < 1e-12);
        assert!(log_sum_exp(&[]).is_infinite());
        let mut xs = [-3000.0, -3001.0, -9000.0];
        softmax(&mut xs);
        assert!((xs.iter().sum::<f64>() - 1.0).abs() < 1e-12 && xs[0] > xs[1]);
    }

    #[test]
    fn sigmoid_and_logit_undo_each_other() {
        for x in [-30.0, -2.5, 0.0, 0.1, 7.0] {
            assert!((logit(sigmoid(x)) - x).abs() < 1e-2);
        }
        assert!(sigmoid(-1e6) >= 0.0 && sigmoid(1e6) <= 1.0);
    }
}
