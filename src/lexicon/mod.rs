//! Phrases that pages of any site use for the same purpose, by class and language.
//!
//! A share button, a login prompt, a notice that a comment was deleted are worded much alike everywhere. The
//! phrases stand in `data/LANGUAGE.txt` and are matched over whole words, without regard to case, accents and
//! punctuation; a number matches `#`. A hit is a feature of a block, never a verdict.

mod class;
#[cfg(test)]
mod compile;
mod layout;
mod table;

use std::ops::Range;
use std::sync::LazyLock;

pub use class::{Class, ClassSet};

use crate::language::{Word, each_word, join};
use layout::Anchor;
use table::Table;

/// Longer texts are searched only in so many bytes at either end: what says what a block is for stands there, and
/// inside a long paragraph a phrase is prose.
const EDGE: usize = 160;
/// Slight phrases (one or two words) count only in texts of at most so many bytes.
const SHORT: usize = 80;
/// Most words of a stretch that is searched; the bits of a `u128`.
const WORDS: usize = 128;

/// The phrases of all classes and languages.
pub struct Lexicon {
    table: Table,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon { table: Table::embedded() });

/// What a text's phrases say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hits {
    /// The classes with a phrase in the text.
    pub classes: ClassSet,
    /// The classes whose phrases make up the whole text, numbers and punctuation aside.
    pub whole: ClassSet,
    /// Share of the text's letters and digits (in bytes) that stand in phrases of any class, 0 to 1.
    pub cover: f32,
}

/// A phrase found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// What it is a phrase of.
    pub class: Class,
    /// Its bytes, from the first to the last letter or digit.
    pub range: Range<usize>,
}

impl Lexicon {
    /// The phrases that come with tamis.
    pub fn embedded() -> &'static Self {
        &LEXICON
    }

    /// The classes of the text's phrases. Of a text longer than 320 bytes only the first and last 160 are searched.
    pub fn hits(&self, text: &str) -> Hits {
        self.hits_and_words(text, &mut Vec::new()).0
    }

    /// What [`Lexicon::hits`] finds, and whether `list`, which is replaced, holds all words of the text: those of a long
    /// one are not all looked at.
    pub fn hits_and_words(&self, text: &str, list: &mut Vec<Word>) -> (Hits, bool) {
        let mut hits = Hits::default();
        let mut complete = true;
        list.clear();
        let (mut covered_bytes, mut all_bytes) = (0, 0);
        let [first, last] = stretches(text);
        let lone = last.is_empty();
        for stretch in [first, last].into_iter().filter(|stretch| !stretch.is_empty()) {
            let words = Words::into(std::mem::take(list), text, stretch);
            let mut covered = 0;
            // The words of each class, for the few classes of one text.
            let mut by_class: Vec<(Class, u128)> = Vec::new();
            self.each(text, &words, |class, range| {
                let bits = bits(range);
                covered |= bits;
                match by_class.iter_mut().find(|(known, _)| *known == class) {
                    Some((_, known)) => *known |= bits,
                    None => by_class.push((class, bits)),
                }
            });
            let all = bits(0..words.list.len());
            let mut numbers = 0;
            for (at, word) in words.list.iter().enumerate() {
                all_bytes += word.bytes();
                covered_bytes += if covered >> at & 1 == 1 { word.bytes() } else { 0 };
                numbers |= u128::from(word.is_number()) << at;
            }
            for (class, bits) in by_class {
                hits.classes.insert(class);
                if bits | numbers == all && lone && !words.cut {
                    hits.whole.insert(class);
                }
            }
            complete = lone && !words.cut;
            *list = words.list;
        }
        if !lone {
            all_bytes = text.len();
        }
        hits.cover = if all_bytes == 0 { 0.0 } else { covered_bytes as f32 / all_bytes as f32 };
        (hits, complete)
    }

    /// The phrases in the text, in order of their beginnings; they may overlap. Searches what [`Lexicon::hits`] searches.
    pub fn matches(&self, text: &str) -> Vec<Match> {
        let mut found = Vec::new();
        for stretch in stretches(text) {
            let words = Words::of(text, stretch);
            self.each(text, &words, |class, range| {
                found.push(Match {
                    class,
                    range: words.list[range.start].start as usize..words.list[range.end - 1].end as usize,
                });
            });
        }
        found
    }

    /// What follows a phrase of the class that opens the text, with the signs and blanks after it: `Ann` of `By: Ann`.
    pub fn strip_prefix<'t>(&self, class: Class, text: &'t str) -> Option<&'t str> {
        let words = Words::of(text, stretches(text)[0].clone());
        let mut end = None;
        self.each(text, &words, |found, range| {
            if found == class && range.start == 0 && words.opens {
                end = end.max(Some(words.list[range.end - 1].end as usize));
            }
        });
        let rest = &text[end?..];
        Some(rest.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, ':' | '：' | '-' | '–' | '—' | '|' | ',' | '.')
        }))
    }

    /// What stands before a phrase of the class that closes the text: `Ann` of `Ann says:`.
    pub fn strip_suffix<'t>(&self, class: Class, text: &'t str) -> Option<&'t str> {
        let stretch = stretches(text).into_iter().rfind(|stretch| !stretch.is_empty())?;
        let words = Words::of(text, stretch);
        let mut start: Option<usize> = None;
        self.each(text, &words, |found, range| {
            if found == class && range.end == words.list.len() && !words.cut {
                let begin = words.list[range.start].start as usize;
                start = Some(start.map_or(begin, |start| start.min(begin)));
            }
        });
        Some(
            text[..start?]
                .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—' | '|' | ',')),
        )
    }

    /// Calls `found` with each phrase's class and its range of words.
    fn each(&self, text: &str, words: &Words, mut found: impl FnMut(Class, Range<usize>)) {
        let short = text.len() <= SHORT;
        for start in 0..words.list.len() {
            let mut hash = 0;
            for (end, word) in words.list.iter().enumerate().skip(start) {
                hash = join(hash, word.hash);
                let Some(entry) = self.table.get(hash) else { break };
                for (class, anchor) in self.table.uses(entry) {
                    if fits(text, words, start..end + 1, anchor, short) {
                        found(class, start..end + 1);
                    }
                }
                if !entry.opens() {
                    break;
                }
            }
        }
    }
}

/// Whether a phrase stands where it must.
fn fits(text: &str, words: &Words, range: Range<usize>, anchor: Anchor, short: bool) -> bool {
    let numbers = |range: Range<usize>| words.list[range].iter().all(|word| word.is_number());
    let opens = words.opens && numbers(0..range.start);
    let closes = words.closes && !words.cut && numbers(range.end..words.list.len());
    (short || !anchor.has(Anchor::SLIGHT))
        && (opens || !anchor.has(Anchor::START))
        && (closes || !anchor.has(Anchor::END))
        && (!anchor.has(Anchor::COLON)
            || text[words.list[range.end - 1].end as usize..].trim_start().starts_with([':', '：']))
}

/// A mask of the words in the range.
fn bits(range: Range<usize>) -> u128 {
    let below = |end: usize| if end >= WORDS { u128::MAX } else { (1 << end) - 1 };
    below(range.end) & !below(range.start)
}

/// The stretches of a text that are searched; the second is empty for a short text.
fn stretches(text: &str) -> [Range<usize>; 2] {
    if text.len() <= 2 * EDGE {
        return [0..text.len(), 0..0];
    }
    let cut = |at: usize, back: bool| {
        let mut at = at;
        while !text.is_char_boundary(at) {
            at = if back { at - 1 } else { at + 1 };
        }
        at
    };
    [0..cut(EDGE, true), cut(text.len() - EDGE, false)..text.len()]
}

/// The words of a stretch.
struct Words {
    list: Vec<Word>,
    /// The stretch begins where the text does.
    opens: bool,
    /// It ends where the text does.
    closes: bool,
    /// There are more words than fit.
    cut: bool,
}

impl Words {
    fn of(text: &str, stretch: Range<usize>) -> Self {
        Self::into(Vec::with_capacity((stretch.len() / 3 + 2).min(WORDS)), text, stretch)
    }

    /// The same in a list that was in use.
    fn into(mut list: Vec<Word>, text: &str, stretch: Range<usize>) -> Self {
        list.clear();
        let mut words = Self { list, opens: stretch.start == 0, closes: stretch.end == text.len(), cut: false };
        let start = stretch.start as u32;
        each_word(&text[stretch], |word| {
            words.cut = words.list.len() == WORDS;
            if !words.cut {
                words.list.push(Word { start: word.start + start, end: word.end + start, ..word });
            }
            !words.cut
        });
        words
    }
}

#[cfg(test)]
mod tests;
