//! Decoding: the labels of a page that are likeliest together (Viterbi over the block sequence).

use crate::record::Label;

/// The likeliest sequence. `emissions` holds [`Label::COUNT`] log-scores a block, `transitions` the log-probability
/// of each label (column) after each (row), `start` of each label first.
pub(super) fn viterbi(emissions: &[f32], transitions: &[f32], start: &[f32]) -> Vec<Label> {
    const N: usize = Label::COUNT;
    let count = emissions.len() / N;
    if count == 0 {
        return Vec::new();
    }
    let mut back = vec![0u8; count * N];
    let mut best: [f32; N] = std::array::from_fn(|to| start[to] + emissions[to]);
    for (own, back) in emissions.chunks_exact(N).zip(back.chunks_exact_mut(N)).skip(1) {
        // All labels are taken forward from one after another, so that the inner loop runs along a row; what it keeps
        // is as wide as a score, so that it runs over several at a time.
        let (mut tops, mut froms) = ([f32::NEG_INFINITY; N], [0u32; N]);
        for (from, (score, row)) in (0..).zip(best.iter().zip(transitions.chunks_exact(N))) {
            for to in 0..N {
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
    let mut at = (0..N).reduce(|a, b| if best[b] > best[a] { b } else { a }).unwrap_or(0);
    let mut labels = vec![Label::Other; count];
    for i in (0..count).rev() {
        labels[i] = Label::ALL[at];
        at = back[i * N + at] as usize;
    }
    labels
}
