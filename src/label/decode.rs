//! Decoding: the labels of a page that are likeliest together (Viterbi over the block sequence).

use crate::record::Label;
use crate::wide::wide;

/// The likeliest sequence. `emissions` holds [`Label::COUNT`] log-scores a block, `transitions` the log-probability
/// of each label (column) after each (row), `start` of each label first.
pub(super) fn viterbi(emissions: &[f32], transitions: &[f32], start: &[f32]) -> Vec<Label> {
    const N: usize = Label::COUNT;
    let count = emissions.len() / N;
    if count == 0 {
        return Vec::new();
    }
    let mut back = vec![[0u8; N]; count];
    let best = wide!(forward(emissions, transitions, start, &mut back));
    let mut at = (0..N).reduce(|a, b| if best[b] > best[a] { b } else { a }).unwrap_or(0);
    let mut labels = vec![Label::Other; count];
    for i in (0..count).rev() {
        labels[i] = Label::ALL[at];
        at = back[i][at] as usize;
    }
    labels
}

/// Labels, rounded up to what vectors hold.
const WIDTH: usize = Label::COUNT.next_multiple_of(16);

/// The score of the best sequence that ends with each label, and into `back` the label before each on the way to it.
#[inline(always)]
fn forward(
    emissions: &[f32],
    transitions: &[f32],
    start: &[f32],
    back: &mut [[u8; Label::COUNT]],
) -> [f32; Label::COUNT] {
    const N: usize = Label::COUNT;
    let (least, most) = transitions.iter().fold((f32::MAX, f32::MIN), |(a, b), &x| (a.min(x), b.max(x)));
    let mut rows = [[f32::NEG_INFINITY; WIDTH]; N];
    for (row, own) in rows.iter_mut().zip(transitions.chunks_exact(N)) {
        row[..N].copy_from_slice(own);
    }
    let mut best: [f32; N] = std::array::from_fn(|to| start[to] + emissions[to]);
    for (own, back) in emissions.chunks_exact(N).zip(back).skip(1) {
        // All labels are taken forward from one after another, so that the inner loop runs along a row; what it keeps
        // is as wide as a score, so that it runs over several at a time.
        let (mut tops, mut froms) = ([f32::NEG_INFINITY; WIDTH], [0u32; WIDTH]);
        // A label that the best one is ahead of whatever follows is left out: most are out of the question.
        let behind = best.iter().copied().fold(f32::NEG_INFINITY, f32::max) + least;
        for (from, (score, row)) in (0..).zip(best.iter().zip(&rows)) {
            if score + most < behind {
                continue;
            }
            for to in 0..WIDTH {
                let score = score + row[to];
                let better = score > tops[to];
                tops[to] = if better { score } else { tops[to] };
                froms[to] = if better { from } else { froms[to] };
            }
        }
        for to in 0..N {
            best[to] = tops[to] + own[to];
            back[to] = froms[to] as u8;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The score of a sequence of labels.
    fn worth(labels: &[Label], emissions: &[f32], transitions: &[f32], start: &[f32]) -> f32 {
        let own = |i: usize| emissions[i * Label::COUNT + labels[i] as usize];
        let step = |i: usize| transitions[labels[i - 1] as usize * Label::COUNT + labels[i] as usize];
        (0..labels.len()).map(|i| own(i) + if i == 0 { start[labels[0] as usize] } else { step(i) }).sum()
    }

    #[test]
    fn the_likeliest_sequence_of_all_is_found() {
        let mut seed = 1u64;
        let mut number = |scale: f32| {
            seed = crate::bayes::hash_pair(seed, 1);
            (seed >> 40) as f32 / (1 << 24) as f32 * scale
        };
        for scale in [1.0, 4.0, 30.0] {
            let emissions: Vec<f32> = (0..3 * Label::COUNT).map(|_| number(scale)).collect();
            let transitions: Vec<f32> = (0..Label::COUNT * Label::COUNT).map(|_| number(3.0)).collect();
            let start: Vec<f32> = (0..Label::COUNT).map(|_| number(1.0)).collect();
            let found = worth(&viterbi(&emissions, &transitions, &start), &emissions, &transitions, &start);
            for &a in Label::ALL {
                for &b in Label::ALL {
                    for &c in Label::ALL {
                        assert!(worth(&[a, b, c], &emissions, &transitions, &start) <= found + 1e-4);
                    }
                }
            }
        }
    }
}
