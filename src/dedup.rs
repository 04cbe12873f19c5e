//! Articles that were there before: word for word, or nearly so.
//!
//! Nearly is meant as resemblance (Broder 1997): of the runs of [`SHINGLE`] words that two texts hold, the share that
//! both hold. It is estimated from [`HASHES`] minima of random hashes, and articles are taken for duplicates from
//! [`RESEMBLANCE`] on. Only pairs that agree in all minima of one of [`BANDS`] bands are compared (Leskovec, Rajaraman
//! and Ullman, *Mining of Massive Datasets*, 3.4): of those that resemble each other by 0.8 that finds 95 of 100, by 0.9
//! all but 2 of 10 000, and by 0.5 it compares 6 of 100.
//!
//! Nothing is random: the hashes are fixed, and a page is held against those before it in the input, so that the
//! answer is the same for any number of jobs.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use crate::language::{WordKind, each_word, join};
use crate::record::{DuplicateRecord, PageRecord};

/// Words of a shingle.
pub const SHINGLE: usize = 5;
/// Minima that are kept of an article.
pub const HASHES: usize = 128;
/// Bands that the minima are parted into.
pub const BANDS: usize = 16;
/// Least estimated resemblance of duplicates.
pub const RESEMBLANCE: f32 = 0.8;
/// Least words of an article that can be a near duplicate: what is shorter is a notice, and many of these are alike.
pub const WORDS: usize = 30;
/// Most earlier articles of one band that an article is compared with; a bound on work, rarely met.
const COMPARED: usize = 64;

/// What counts as a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dedup {
    /// The same words in the same order, white space aside.
    Exact,
    /// Also what resembles an earlier article by [`RESEMBLANCE`].
    Near,
}

/// What an article is recognised by.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    whole: u128,
    minima: Option<Box<[u16; HASHES]>>,
}

impl Fingerprint {
    /// The fingerprint of a page's text (of its posts, where it is made of these); `None` if it has no text.
    pub fn of(record: &PageRecord, dedup: Dedup) -> Option<Self> {
        let mut texts = vec![record.text.as_str()];
        if record.kind.is_posts() {
            texts.extend(record.comments.iter().map(|comment| comment.text.as_str()));
        }
        let mut plain = String::with_capacity(texts.iter().map(|text| text.len() + 1).sum());
        for word in texts.iter().flat_map(|text| text.split_whitespace()) {
            plain.push_str(word);
            plain.push(' ');
        }
        (!plain.is_empty()).then(|| Self {
            whole: xxh3_128(plain.as_bytes()),
            minima: (dedup == Dedup::Near).then(|| minima(&plain)).flatten().map(Box::new),
        })
    }
}

/// The minima of a text's shingles; `None` if it is too short.
fn minima(text: &str) -> Option<[u16; HASHES]> {
    let mut words = Vec::new();
    each_word(text, |word| {
        // Numbers are told apart here: reports may differ in nothing else.
        let own = || text[word.start as usize..word.end as usize].bytes().fold(1, |hash, byte| join(hash, byte.into()));
        words.push(if word.kind == WordKind::Number { own() } else { word.hash });
        true
    });
    if words.len() < WORDS {
        return None;
    }
    let mut minima = [u32::MAX; HASHES];
    for shingle in words.windows(SHINGLE) {
        let mut hash = shingle.iter().fold(0, |phrase, &word| join(phrase, word));
        // Two of the hash's halves give all further ones (Kirsch and Mitzenmacher 2008), mixed once more.
        let step = hash.rotate_left(32) | 1;
        for minimum in &mut minima {
            hash = hash.wrapping_add(step);
            *minimum = (*minimum).min(((hash ^ (hash >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32);
        }
    }
    // What is left of a minimum agrees by chance once in 65 536.
    Some(minima.map(|minimum| minimum as u16))
}

/// The articles so far. It grows by about 800 bytes for each that is no duplicate (100 for [`Dedup::Exact`]).
#[derive(Debug, Default)]
pub struct Seen {
    whole: HashMap<u128, u32>,
    bands: HashMap<(u16, u64), Vec<u32>>,
    minima: Vec<Option<Box<[u16; HASHES]>>>,
    ids: Vec<String>,
}

impl Seen {
    /// Enters the page `id`, or says which one it repeats. Pages come in the order of the input.
    pub fn enter(&mut self, id: &str, fingerprint: Fingerprint) -> Option<DuplicateRecord> {
        let Fingerprint { whole, minima } = fingerprint;
        let duplicate = |of: u32, resemblance| Some(DuplicateRecord { id: self.ids[of as usize].clone(), resemblance });
        if let Some(&of) = self.whole.get(&whole) {
            return duplicate(of, 1.0);
        }
        let keys = minima.as_deref().map(band_keys);
        if let (Some(minima), Some(keys)) = (&minima, &keys) {
            let mut best: Option<(usize, u32)> = None;
            for key in keys {
                for &other in self.bands.get(key).into_iter().flatten().take(COMPARED) {
                    let Some(theirs) = &self.minima[other as usize] else { continue };
                    let same = minima.iter().zip(theirs.iter()).filter(|(a, b)| a == b).count();
                    // The likest, and of these the first.
                    if best.is_none_or(|(most, first)| same > most || (same == most && other < first)) {
                        best = Some((same, other));
                    }
                }
            }
            let resemblance = |same: usize| same as f32 / HASHES as f32;
            if let Some((same, of)) = best.filter(|(same, _)| resemblance(*same) >= RESEMBLANCE) {
                return duplicate(of, resemblance(same));
            }
        }
        let number = self.ids.len() as u32;
        self.whole.insert(whole, number);
        for key in keys.into_iter().flatten() {
            self.bands.entry(key).or_default().push(number);
        }
        self.minima.push(minima);
        self.ids.push(id.to_owned());
        None
    }
}

/// The bands of some minima, each by its number and the hash of its minima.
fn band_keys(minima: &[u16; HASHES]) -> [(u16, u64); BANDS] {
    std::array::from_fn(|band| {
        let rows = HASHES / BANDS;
        let own = &minima[band * rows..(band + 1) * rows];
        (band as u16, own.iter().fold(0, |hash, &minimum| join(hash, minimum.into())))
    })
}

/// Leaves of a duplicate's record what the first one does not tell as well: the article and what was removed go.
pub fn reduce(record: &mut PageRecord) {
    record.text.clear();
    record.body.clear();
    record.head.clear();
    record.removed.clear();
    record.links.clear();
    if record.kind.is_posts() {
        record.comments.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{Cleaner, Input};
    use crate::record::Format;

    fn record(text: &str) -> PageRecord {
        let mut record = Cleaner::new().expect("embedded model").clean(&Input::new("x", "", Format::Text));
        text.clone_into(&mut record.text);
        record
    }

    /// A text of `count` words; the words from `changed` on are of another kind.
    fn words(count: usize, changed: usize) -> String {
        let word =
            |n: usize| format!("word{}{}", char::from(b'a' + (n % 26) as u8), if n < changed { n } else { n + 7000 });
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_resemblance_of_texts_is_estimated() {
        let whole = minima(&words(1000, 1000)).expect("long enough");
        for (changed, expected) in [(1000, 1.0), (900, 0.82), (800, 0.66), (500, 0.33), (0, 0.0)] {
            let other = minima(&words(1000, changed)).expect("long enough");
            let same = whole.iter().zip(&other).filter(|(a, b)| a == b).count();
            let found = same as f32 / HASHES as f32;
            assert!((found - expected).abs() < 0.1, "{changed}: {found}");
        }
    }

    #[test]
    fn repeats_are_found_and_lead_to_the_first() {
        let mut seen = Seen::default();
        let mut enter = |id: &str, text: &str| {
            let fingerprint = Fingerprint::of(&record(text), Dedup::Near)?;
            seen.enter(id, fingerprint).map(|found| (found.id, found.resemblance > 0.999))
        };
        assert_eq!(enter("a", &words(400, 400)), None);
        assert_eq!(enter("b", &words(400, 400).replace(' ', "\n\n")), Some(("a".to_owned(), true)));
        assert_eq!(enter("c", &words(400, 390)), Some(("a".to_owned(), false)));
        assert_eq!(enter("d", &words(400, 200)), None);
        assert_eq!(enter("e", "No article."), None);
        assert_eq!(enter("f", "No article."), Some(("e".to_owned(), true)));
        assert_eq!(enter("g", ""), None);
        assert_eq!(enter("h", ""), None);
        assert_eq!(enter("i", &"7 12 and 99 more ".repeat(20)), None);
        assert_eq!(enter("j", &"8 13 and 98 more ".repeat(20)), None);
    }
}
