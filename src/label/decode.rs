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
    let mut best: Vec<f32> = (0..N).map(|to| start[to] + emissions[to]).collect();
    let mut next = vec![0.0f32; N];
    for i in 1..count {
        for to in 0..N {
            let (mut top, mut from) = (f32::NEG_INFINITY, 0);
            for (k, score) in best.iter().enumerate() {
                let score = score + transitions[k * N + to];
                if score > top {
                    (top, from) = (score, k);
                }
            }
            next[to] = top + emissions[i * N + to];
            back[i * N + to] = from as u8;
        }
        std::mem::swap(&mut best, &mut next);
    }
    let mut at = (0..N).reduce(|a, b| if best[b] > best[a] { b } else { a }).unwrap_or(0);
    let mut labels = vec![Label::Other; count];
    for i in (0..count).rev() {
        labels[i] = Label::ALL[at];
        at = back[i * N + at] as usize;
    }
    labels
}
