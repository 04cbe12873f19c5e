//! Words, pairs of words, and the letters inside words.

use super::{FIRST, Feature, GRAM, Sink};
use crate::bayes::{hash, hash_pair, hash_short};
use crate::moderate::reading::{Kind, Reading};
use crate::moderate::vector::lexical;

/// Lengths of the letter runs taken from words of scripts that part words.
const GRAMS: std::ops::RangeInclusive<usize> = 3..=5;
/// Longest run taken from scripts that do not, where one character is worth a syllable or a word.
const DENSE_GRAM: usize = 4;

pub(super) fn extract<'t>(reading: &'t Reading, sink: &mut impl Sink<'t>) {
    // The word before and its hash as the first of a pair.
    let mut before: Option<(&'t str, u64)> = None;
    let mut ends = [0usize; 128];
    for (i, word) in reading.words.iter().enumerate() {
        sink.at_word(i);
        let plain = reading.plain(word);
        match word.kind {
            Kind::Emoji => {
                if let Some(c) = plain.chars().next() {
                    sink.add(Feature::Emoji(c));
                }
                continue;
            }
            Kind::Number => {
                sink.add(Feature::Number(plain.len().min(20) as u8));
                before = None;
                continue;
            }
            Kind::Dense => {
                dense(plain, sink);
                before = None;
                continue;
            }
            Kind::Letters | Kind::Mixed => {}
        }
        let recalled = sink.recall(word.hash);
        if !recalled {
            let whole = Feature::Word(plain);
            sink.put_own(lexical(whole.hash()), || whole);
        }
        if let Some((before, first)) = before {
            sink.put(lexical(hash_pair(first, word.hash)), || Feature::Pair(before, plain));
        }
        before = Some((plain, hash(FIRST, plain.as_bytes())));
        if recalled {
            continue;
        }
        // With the signs for beginning and end that stand around it in the text.
        let bounded = &reading.text[word.start as usize - 1..=word.end as usize];
        if bounded.len() < ends.len() && bounded.is_ascii() {
            ascii::<3>(bounded, sink);
            ascii::<4>(bounded, sink);
            ascii::<5>(bounded, sink);
            sink.keep(word.hash);
            continue;
        }
        let mut count = 0;
        for (i, _) in bounded.char_indices().take(ends.len() - 1) {
            ends[count] = i;
            count += 1;
        }
        ends[count] = bounded.len();
        for length in GRAMS {
            // The whole bounded word of up to five signs says no more than the word.
            for i in 0..(count + 1).saturating_sub(length) {
                let gram = Feature::Gram(&bounded[ends[i]..ends[i + length]]);
                sink.put_own(lexical(gram.hash()), || gram);
            }
        }
        sink.keep(word.hash);
    }
}

/// All runs of `N` letters of an ASCII word.
#[inline]
fn ascii<'t, const N: usize>(bounded: &'t str, sink: &mut impl Sink<'t>) {
    for (i, gram) in bounded.as_bytes().windows(N).enumerate() {
        let mut bytes = [0; N];
        bytes.copy_from_slice(gram);
        sink.put_own(lexical(hash_short(GRAM, bytes)), || Feature::Gram(&bounded[i..i + N]));
    }
}

fn dense<'t>(plain: &'t str, sink: &mut impl Sink<'t>) {
    for (start, _) in plain.char_indices() {
        let tail = &plain[start..];
        for (i, c) in tail.char_indices().take(DENSE_GRAM) {
            sink.add(Feature::Gram(&tail[..i + c.len_utf8()]));
        }
    }
}
