//! Logarithms, exponentials and what is made of them. `ln` and `exp` come from `libm` on every machine, so that
//! training and scoring give the same bits everywhere.

use crate::wide::wide;

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `e` to the power of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// How many numbers [`exp_all`] and [`log_all`] take at a time.
const LANES: usize = 16;

/// Works through the numbers by lanes; the last ones are filled up with `1.0`.
fn by_lanes(xs: &mut [f32], mut work: impl FnMut(&mut [f32; LANES])) {
    let (chunks, rest) = xs.as_chunks_mut::<LANES>();
    chunks.iter_mut().for_each(&mut work);
    if !rest.is_empty() {
        let mut last = [1.0; LANES];
        last[..rest.len()].copy_from_slice(rest);
        work(&mut last);
        rest.copy_from_slice(&last[..rest.len()]);
    }
}

/// Replaces each number by `e` to its power: the same bits as `libm::expf` gives.
pub fn exp_all(xs: &mut [f32]) {
    // Beyond that, powers are no normal numbers.
    const NORMAL: u32 = 0x42ae_ac50;
    by_lanes(xs, |lanes| {
        if lanes.iter().all(|x| x.to_bits() & MAGNITUDE < NORMAL) {
            wide!(exp_normal(lanes));
        } else {
            for x in lanes {
                *x = libm::expf(*x);
            }
        }
    });
}

/// Replaces each number by its natural logarithm: the same bits as `libm::logf` gives.
pub fn log_all(xs: &mut [f32]) {
    by_lanes(xs, |lanes| {
        if lanes.iter().all(|x| x.is_normal() && *x > 0.0) {
            wide!(log_normal(lanes));
        } else {
            for x in lanes {
                *x = libm::logf(*x);
            }
        }
    });
}

/// All of a float but its sign.
const MAGNITUDE: u32 = u32::MAX >> 1;

/// What `libm::expf` does (musl's `expf`, after FreeBSD's `e_expf.c`), its branches made choices.
#[expect(clippy::excessive_precision, reason = "as they are written there")]
#[inline(always)]
fn exp_normal(xs: &mut [f32; LANES]) {
    const LN2_HI: f32 = 6.931_457_519_5e-01;
    const LN2_LO: f32 = 1.428_606_765_3e-06;
    const INV_LN2: f32 = 1.442_695_021_6e+00;
    const P1: f32 = 1.666_662_544_0e-1;
    const P2: f32 = -2.766_733_290_6e-3;
    // |x| of ½ ln 2, 1½ ln 2, 2⁻¹⁴.
    const HALF: u32 = 0x3eb1_7218;
    const MORE: u32 = 0x3f85_1592;
    const TINY: u32 = 0x3900_0000;
    for x in xs {
        let (own, size) = (*x, x.to_bits() & MAGNITUDE);
        let sign = 1.0f32.copysign(own);
        let near = if size > HALF { sign as i32 } else { 0 };
        let k = if size > MORE { (INV_LN2 * own + 0.5 * sign) as i32 } else { near };
        let (hi, lo) = (own - k as f32 * LN2_HI, k as f32 * LN2_LO);
        let r = hi - lo;
        let rr = r * r;
        let c = r - rr * (P1 + rr * P2);
        let y = 1.0 + (r * c / (2.0 - c) - lo + hi);
        let power = f32::from_bits((k + 127).cast_unsigned() << 23);
        *x = if size > TINY { y * power } else { 1.0 + own };
    }
}

/// What `libm::logf` does (musl's `logf`, after FreeBSD's `e_logf.c`).
#[expect(clippy::excessive_precision, clippy::many_single_char_names, reason = "as they are written there")]
#[inline(always)]
fn log_normal(xs: &mut [f32; LANES]) {
    const LN2_HI: f32 = 6.931_381_225_6e-01;
    const LN2_LO: f32 = 9.058_000_614_5e-06;
    const L1: f32 = 0.666_666_626_93;
    const L2: f32 = 0.400_009_721_52;
    const L3: f32 = 0.284_987_866_88;
    const L4: f32 = 0.242_790_788_41;
    // ½ √2, from which on a number is taken with its power of two.
    const LEAST: u32 = 0x3f35_04f3;
    for x in xs {
        let bits = x.to_bits() + (1.0f32.to_bits() - LEAST);
        let k = ((bits >> 23).cast_signed() - 0x7f) as f32;
        let f = f32::from_bits((bits & 0x007f_ffff) + LEAST) - 1.0;
        let s = f / (2.0 + f);
        let z = s * s;
        let w = z * z;
        let r = z * (L1 + w * L3) + w * (L2 + w * L4);
        let half = 0.5 * f * f;
        *x = s * (half + r) + k * LN2_LO - half + f + k * LN2_HI;
    }
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
    fn powers_and_logarithms_of_many_are_those_of_each() {
        let edges = [0.0, -0.0, 1e-45, -1e-30, 0.346_573_6, 1.0, 1.039_720_8, 87.336, -87.337, 88.8, f32::INFINITY];
        let spread = (0..1u32 << 16).map(|i| f32::from_bits(i << 16 | i.wrapping_mul(0x9E37) & 0xFFFF));
        let fine = (-9000..9000i16).map(|i| f32::from(i) / 100.0);
        let xs: Vec<f32> = edges.into_iter().chain(spread).chain(fine).collect();
        let bits = |xs: &[f32]| xs.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        for (all_of, one_of) in [(exp_all as fn(&mut [f32]), libm::expf as fn(f32) -> f32), (log_all, libm::logf)] {
            for some in xs.chunks(29) {
                let each: Vec<f32> = some.iter().map(|&x| one_of(x)).collect();
                let mut all = some.to_vec();
                all_of(&mut all);
                assert_eq!(bits(&all), bits(&each), "{some:?}");
            }
            for &x in &xs {
                let mut all = [x; LANES];
                all_of(&mut all);
                assert_eq!(bits(&all), [one_of(x).to_bits(); LANES], "{x}");
            }
        }
    }

    #[test]
    fn sigmoid_and_logit_undo_each_other() {
        for x in [-30.0, -2.5, 0.0, 0.1, 7.0] {
            assert!((logit(sigmoid(x)) - x).abs() < 1e-2);
        }
        assert!(sigmoid(-1e6) >= 0.0 && sigmoid(1e6) <= 1.0);
    }
}
