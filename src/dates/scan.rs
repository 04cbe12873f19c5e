//! Finds where in a text a date may begin.
//!
//! Nearly every date holds a digit, so the text is searched for digits; at each, the words just before it are
//! taken in if they can belong to a date, and from there the date is read ([`Reader`]). Wordings without a digit
//! are searched for by one look at each word, where they may stand. So a text without digits costs one pass over
//! its bytes.

use crate::dates::read::Reader;
use crate::dates::token::Tokens;
use crate::dates::words::{Adverbs, Words, adverb};
use crate::dates::{Found, Hints};
use crate::language::{Word, digit, each_word};

/// Texts up to this many bytes are searched whole for wordings without a digit.
const SHORT: usize = 400;
/// How far from either end a longer text is searched for them.
const EDGE: usize = 200;
/// How far before a number its words may begin.
const REACH: usize = 96;
/// Iterator over the dates of a text.
pub(super) struct Scanner<'t> {
    tokens: Tokens<'t>,
    hints: Hints,
    /// Everything before it is done with.
    at: usize,
    /// Everything before it is searched for wordings without a digit.
    words_at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, hints: Hints) -> Self {
        Self { tokens: Tokens::new(text), hints, at: 0, words_at: 0 }
    }

    /// Whether there is anything that a date may begin with; `words` may hold all words of the text.
    pub(super) fn may_find(mut self, words: Option<&[Word]>) -> bool {
        if self.next_digit(0).is_some() {
            return true;
        }
        match words {
            Some(words) if self.tokens.text().len() <= SHORT => {
                let mut adverbs = Wordings::of(self.tokens.words());
                words.iter().any(|word| adverbs.take(word).is_some())
            }
            _ => self.next_adverb(self.tokens.text().len()).is_some(),
        }
    }

    /// The next digit at or after `from`.
    fn next_digit(&self, from: usize) -> Option<usize> {
        let bytes = self.tokens.text().as_bytes();
        let mut at = from;
        loop {
            at += bytes[at..].iter().position(|&byte| MAY_BE_DIGIT[byte as usize])?;
            if bytes[at].is_ascii_digit() {
                return Some(at);
            }
            // The first byte of a char that could be a digit of another script.
            let c = self.tokens.text()[at..].chars().next()?;
            if digit(c).is_some() {
                return Some(at);
            }
            at += c.len_utf8();
        }
    }

    /// The next word before `to` that may open a wording without a digit.
    fn next_adverb(&mut self, to: usize) -> Option<usize> {
        let text = self.tokens.text();
        self.words_at = self.words_at.max(self.at);
        if text.len() <= SHORT {
            return self.adverb_until(to);
        }
        let tail = ceil_char_boundary(text, text.len() - EDGE);
        let head = ceil_char_boundary(text, EDGE);
        if self.words_at < head
            && let Some(at) = self.adverb_until(to.min(head))
        {
            return Some(at);
        }
        self.words_at = self.words_at.max(tail.min(to));
        self.adverb_until(to)
    }

    /// As `next_adverb`, without regard to the length of the text.
    fn adverb_until(&mut self, to: usize) -> Option<usize> {
        let from = self.words_at;
        let text = self.tokens.text().get(from..to)?;
        let mut adverbs = Wordings::of(self.tokens.words());
        let mut found = None;
        each_word(text, |word| {
            found = adverbs.take(&word);
            found.is_none()
        });
        let (start, end) = found?;
        self.words_at = from + end as usize;
        Some(from + start as usize)
    }
}

/// Words looked at one after another for wordings of a time without a digit.
struct Wordings {
    adverbs: Adverbs,
    /// The word before: its bits, its hash, where it begins and ends.
    bits: u8,
    hash: u64,
    start: u32,
    end: u32,
    /// Where the "about" before that begins.
    about: Option<u32>,
}

impl Wordings {
    fn of(words: Words) -> Self {
        Self { adverbs: words.adverbs(), bits: 0, hash: 0, start: 0, end: 0, about: None }
    }

    /// Where a wording begins that this word makes known, and where the word ends that may open more.
    fn take(&mut self, word: &Word) -> Option<(u32, u32)> {
        if word.is_number() {
            (self.bits, self.hash, self.about) = (0, 0, None);
            return None;
        }
        let own = self.adverbs.of(word.hash);
        let leads = self.bits & adverb::LEADS != 0;
        let pair = if leads { self.adverbs.of_two(self.hash, word.hash) } else { 0 };
        let opens_before = pair & (adverb::ALONE | adverb::PRE) != 0
            || self.bits & adverb::PRE != 0 && own & adverb::AMOUNT != 0
            || self.bits & adverb::ONE != 0 && own & adverb::UNIT != 0
            || self.bits & adverb::UNIT != 0 && (own | pair) & adverb::POST != 0;
        let found = if opens_before {
            Some((self.about.unwrap_or(self.start), self.end))
        } else if own & adverb::ALONE != 0 {
            Some((word.start, word.end))
        } else {
            None
        };
        self.about = if self.bits & adverb::ABOUT != 0 { self.about.or(Some(self.start)) } else { None };
        (self.bits, self.hash, self.start, self.end) = (own, word.hash, word.start, word.end);
        found
    }
}

/// ASCII digits, and first bytes of digits of other scripts.
static MAY_BE_DIGIT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'0';
    while byte <= b'9' {
        table[byte as usize] = true;
        byte += 1;
    }
    table[0xd9] = true;
    table[0xdb] = true;
    table[0xe0] = true;
    table[0xe1] = true;
    table[0xef] = true;
    table
};

impl Iterator for Scanner<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        let text = self.tokens.text();
        if self.hints.bare && self.at == 0 && self.words_at == 0 {
            // "Friday": nothing below would look at it.
            self.tokens.restart(0);
            if let Some(found) = Reader::new(&mut self.tokens, self.hints).date(0) {
                self.at = found.range.end;
                return Some(found);
            }
        }
        loop {
            let number = self.next_digit(self.at);
            while let Some(word) = self.next_adverb(number.unwrap_or(text.len())) {
                self.tokens.restart(word);
                if let Some(found) = Reader::new(&mut self.tokens, self.hints).relative(0) {
                    self.at = found.range.end;
                    return Some(found);
                }
            }
            let number = number?;
            let floor = ceil_char_boundary(text, number.saturating_sub(REACH).max(self.at));
            let begin = self.tokens.begin(number, floor);
            self.tokens.restart(begin);
            let mut index = 0;
            let mut end = number + 1;
            while let Some(token) = self.tokens.get(index).filter(|token| token.start <= number) {
                end = token.end.max(end);
                if let Some(found) = Reader::new(&mut self.tokens, self.hints).date(index) {
                    self.at = found.range.end;
                    return Some(found);
                }
                index += 1;
            }
            self.at = ceil_char_boundary(text, end);
        }
    }
}

/// The first place at or after `at` where a char begins.
fn ceil_char_boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}
