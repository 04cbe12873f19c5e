//! How far the models know the language of a comment: the share of its words that training saw.

use super::known::Known;
use super::reading::{Kind, Reading};

/// Known words and unknown ones that every comment is credited with, so that one odd word decides nothing.
const CREDIT: (f64, f64) = (1.5, 0.5);
/// The share of known words at which a language counts as unknown, and the one at which it counts as known.
const EDGES: (f64, f64) = (0.3, 0.7);

/// Confidence between 0 and 1. A comment without words (a link, emoji, numbers) is judged by signs that all
/// languages share: 1. The reading must be one with the same filter.
pub(super) fn confidence(reading: &Reading, known: &Known) -> f64 {
    let (mut seen, mut all) = (0u32, 0u32);
    for word in &reading.words {
        let plain = reading.plain(word);
        match word.kind {
            Kind::Letters if plain.len() > 1 => {
                all += 1;
                seen += u32::from(word.known);
            }
            Kind::Dense => {
                for pair in pairs(plain) {
                    all += 1;
                    seen += u32::from(known.contains(pair));
                }
            }
            _ => {}
        }
    }
    let share = (f64::from(seen) + CREDIT.0) / (f64::from(all) + CREDIT.0 + CREDIT.1);
    ((share - EDGES.0) / (EDGES.1 - EDGES.0)).clamp(0.0, 1.0)
}

/// The overlapping pairs of characters of a run of a script without spaces.
pub(super) fn pairs(plain: &str) -> impl Iterator<Item = &str> {
    let third = |start: usize| plain[start..].char_indices().nth(2).map_or(plain.len(), |(i, _)| start + i);
    plain.char_indices().map(move |(start, _)| &plain[start..third(start)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderate::reading::Reader;

    #[test]
    fn an_unknown_language_is_told_by_its_words() {
        let known = Known::of(["the", "weather", "is", "fine", "今日", "日は"]);
        let mut reader = Reader::default();
        let mut of = |text: &str| confidence(reader.read(text, Some(&known)), &known);
        assert!(of("the weather is fine") > 0.99);
        assert!(of("sää on tänään oikein kaunis ja lämmin") < 0.1);
        assert!(of("") > 0.9 && of("👍👍") > 0.9 && of("http://a.example") > 0.9);
        assert!(of("今日は") > of("中国人"));
        assert_eq!(pairs("今日は").collect::<Vec<_>>(), ["今日", "日は", "は"]);
    }
}
