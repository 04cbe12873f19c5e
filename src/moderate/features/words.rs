//! Words, pairs of words, and the letters inside words.

use super::{Feature, Sink};
use crate::moderate::reading::{Kind, Reading};

/// Lengths of the letter runs taken from words of scripts that part words.
const GRAMS: std::ops::RangeInclusive<usize> = 3..=5;
/// Longest run taken from scripts that do not, where one character is worth a syllable or a word.
const DENSE_GRAM: usize = 4;

pub(super) fn extract<'t>(reading: &'t Reading, sink: &mut impl Sink<'t>) {
    let mut before: Option<&'t str> = None;
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
        sink.add(Feature::Word(plain));
        if let Some(before) = before {
            sink.add(Feature::Pair(before, plain));
        }
        before = Some(plain);
        // With the signs for beginning and end that stand around it in the text.
        let bounded = &reading.text[word.start as usize - 1..=word.end as usize];
        let mut count = 0;
        for (i, _) in bounded.char_indices().take(ends.len() - 1) {
            ends[count] = i;
            count += 1;
        }
        ends[count] = bounded.len();
        for length in GRAMS {
            // The whole bounded word of up to five signs says no more than the word.
            for i in 0..(count + 1).saturating_sub(length) {
                sink.add(Feature::Gram(&bounded[ends[i]..ends[i + length]]));
            }
        }
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
