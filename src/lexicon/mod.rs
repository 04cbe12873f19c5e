//! Phrases that pages of any site use for the same purpose, by class and language.
//!
//! A share button, a login prompt, a notice that a comment was deleted are worded much alike everywhere. The
//! phrases stand in `data/LANGUAGE.txt` and are matched over whole words, without regard to case, accents and
//! punctuation; a number matches `#`. A hit is a feature of a block, never a verdict.

mod class;
mod table;

use std::ops::Range;
use std::sync::LazyLock;

pub use class::{Class, ClassSet};

use crate::language::{digit, fold_char, is_unspaced, is_word_char};
use table::{Anchor, Table};

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

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon { table: Table::load() });

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

/// A word, a number, a sign (`©`, `@`), or a char of a script without blanks.
#[derive(Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    hash: u64,
    number: bool,
}

impl Lexicon {
    /// The phrases that come with tamis; read once.
    pub fn embedded() -> &'static Self {
        &LEXICON
    }

    /// The classes of the text's phrases. Of a text longer than 320 bytes only the first and last 160 are searched.
    pub fn hits(&self, text: &str) -> Hits {
        let mut hits = Hits::default();
        let mut covered_bytes = 0;
        let mut all_bytes = 0;
        let stretches = stretches(text);
        let lone = stretches[1].is_empty();
        for stretch in stretches {
            let words = Words::of(text, stretch);
            if words.count == 0 {
                continue;
            }
            let mut by_class = [0u128; Class::ALL.len()];
            self.each(text, &words, |class, range| {
                by_class[class as usize] |= bits(range);
                hits.classes.insert(class);
            });
            let all = bits(0..words.count);
            let numbers = (0..words.count).filter(|&at| words.list[at].number).fold(0, |numbers, at| numbers | 1 << at);
            let mut covered = 0;
            for (class, &bits) in Class::ALL.iter().zip(&by_class) {
                covered |= bits;
                if bits != 0 && bits | numbers == all && lone && !words.cut {
                    hits.whole.insert(*class);
                }
            }
            for (at, word) in words.list[..words.count].iter().enumerate() {
                all_bytes += word.end - word.start;
                if covered >> at & 1 == 1 {
                    covered_bytes += word.end - word.start;
                }
            }
        }
        if !lone {
            all_bytes = text.len();
        }
        hits.cover = if all_bytes == 0 { 0.0 } else { covered_bytes as f32 / all_bytes as f32 };
        hits
    }

    /// The phrases in the text, in order of their beginnings; they may overlap. Searches what [`Lexicon::hits`] searches.
    pub fn matches(&self, text: &str) -> Vec<Match> {
        let mut found = Vec::new();
        for stretch in stretches(text) {
            let words = Words::of(text, stretch);
            self.each(text, &words, |class, range| {
                found.push(Match { class, range: words.list[range.start].start..words.list[range.end - 1].end });
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
                end = end.max(Some(words.list[range.end - 1].end));
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
            if found == class && range.end == words.count && !words.cut {
                let begin = words.list[range.start].start;
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
        let list = &words.list[..words.count];
        for start in 0..list.len() {
            let mut hash = 0;
            for (end, word) in list.iter().enumerate().skip(start) {
                hash = table::join(hash, word.hash);
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
    let numbers = |range: Range<usize>| words.list[range].iter().all(|word| word.number);
    let opens = words.opens && numbers(0..range.start);
    let closes = words.closes && !words.cut && numbers(range.end..words.count);
    (short || !anchor.has(Anchor::SLIGHT))
        && (opens || !anchor.has(Anchor::START))
        && (closes || !anchor.has(Anchor::END))
        && (!anchor.has(Anchor::COLON) || text[words.list[range.end - 1].end..].trim_start().starts_with([':', '：']))
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
    list: [Word; WORDS],
    count: usize,
    /// The stretch begins where the text does.
    opens: bool,
    /// It ends where the text does.
    closes: bool,
    /// There are more words than fit.
    cut: bool,
}

impl Words {
    fn of(text: &str, stretch: Range<usize>) -> Self {
        let none = Word { start: 0, end: 0, hash: 0, number: false };
        let mut words = Self {
            list: [none; WORDS],
            count: 0,
            opens: stretch.start == 0,
            closes: stretch.end == text.len(),
            cut: false,
        };
        each_word(&text[stretch.clone()], |mut word| {
            if words.count == WORDS {
                words.cut = true;
                return false;
            }
            word.start += stretch.start;
            word.end += stretch.start;
            words.list[words.count] = word;
            words.count += 1;
            true
        });
        words
    }
}

/// Whether the char is matched by itself: scripts without blanks, and Hangul, whose words take endings.
fn is_single(c: char) -> bool {
    is_unspaced(c) || ('\u{ac00}'..='\u{d7a3}').contains(&c)
}

/// Cuts a text into words, until `take` says no. An apostrophe parts words; numbers take in their separators and a
/// glued `k`.
fn each_word(text: &str, mut take: impl FnMut(Word) -> bool) {
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let sign = matches!(c, '©' | '@');
        if !sign && !is_word_char(c) {
            continue;
        }
        let mut end = start + c.len_utf8();
        if digit(c).is_some() {
            while let Some(&(at, next)) = chars.peek() {
                let separator = matches!(next, '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}')
                    && text[at + next.len_utf8()..].chars().next().is_some_and(|after| digit(after).is_some());
                let thousands = matches!(next, 'k' | 'K' | 'M') && !text[at + 1..].starts_with(is_word_char);
                if digit(next).is_none() && !separator && !thousands {
                    break;
                }
                end = at + next.len_utf8();
                chars.next();
            }
            if !take(Word { start, end, hash: table::NUMBER, number: true }) {
                return;
            }
            continue;
        }
        let mut hash = table::SEED;
        fold_char(c, |c| hash = table::step(hash, c));
        if !sign && !is_single(c) {
            while let Some(&(at, next)) = chars.peek() {
                if !is_word_char(next) || is_single(next) || digit(next).is_some() {
                    break;
                }
                fold_char(next, |c| hash = table::step(hash, c));
                end = at + next.len_utf8();
                chars.next();
            }
        }
        if !take(Word { start, end, hash, number: false }) {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
