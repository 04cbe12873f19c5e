//! Text cut into numbers, known words and punctuation around a possible date, as far as it is asked for.

use crate::dates::words::{Role, Sense, WordId, Words};
use crate::language::{digit, fold_char, is_unspaced, is_word_char};

/// A piece of text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// White space stands before it.
    pub(super) spaced: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Digits in a row; `digits` counts them.
    Number { value: u32, digits: u8 },
    /// A word or known wording of several; `None` where it is in no list. `capital`: it starts with a capital.
    Word { id: Option<WordId>, capital: bool },
    /// Any other char.
    Punct(char),
}

/// Most digits of one number: a longer row is cut, which no date survives.
const DIGITS: u8 = 20;
/// Most chars of one word.
const WORD_CHARS: usize = 40;
/// Most chars tried as one word in scripts without blanks.
const UNSPACED_CHARS: usize = 16;
/// Most words of one wording.
const PHRASE_WORDS: usize = 6;

/// A lazy tokenizer from some place of a text on.
pub(super) struct Tokens<'t> {
    text: &'t str,
    words: Words,
    read: Vec<Token>,
    at: usize,
    buffer: String,
}

/// Hangul words take endings, so they are matched like words of scripts without blanks.
fn is_run(c: char) -> bool {
    is_unspaced(c) || ('\u{ac00}'..='\u{d7a3}').contains(&c)
}

fn is_letter(c: char) -> bool {
    is_word_char(c) && digit(c).is_none()
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, words: Words::embedded(), read: Vec::new(), at: 0, buffer: String::new() }
    }

    /// Starts anew at a byte of the text.
    pub(super) fn restart(&mut self, at: usize) {
        self.read.clear();
        self.at = at;
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) const fn words(&self) -> Words {
        self.words
    }

    /// The token by number.
    pub(super) fn get(&mut self, index: usize) -> Option<Token> {
        while self.read.len() <= index {
            let token = self.next()?;
            self.at = token.end;
            self.read.push(token);
        }
        Some(self.read[index])
    }

    /// What the token can mean, nothing for all but known words.
    pub(super) fn senses(&mut self, index: usize) -> impl Iterator<Item = Sense> + use<> {
        let id = match self.get(index) {
            Some(Token { kind: Kind::Word { id, .. }, .. }) => id,
            _ => None,
        };
        let words = self.words;
        id.into_iter().flat_map(move |id| words.senses(id))
    }

    /// Whether the token is a word with such a role.
    pub(super) fn has(&mut self, index: usize, role: impl Fn(Role) -> bool) -> bool {
        self.senses(index).any(|sense| role(sense.role))
    }

    /// Whether the token is this char.
    pub(super) fn is(&mut self, index: usize, punct: char) -> bool {
        matches!(self.get(index), Some(Token { kind: Kind::Punct(c), .. }) if c == punct)
    }

    /// The number and how many digits it has.
    pub(super) fn number(&mut self, index: usize) -> Option<(u32, u8)> {
        match self.get(index)?.kind {
            Kind::Number { value, digits } => Some((value, digits)),
            _ => None,
        }
    }

    /// Whether no blank stands before the token.
    pub(super) fn glued(&mut self, index: usize) -> bool {
        self.get(index).is_some_and(|token| !token.spaced)
    }

    fn next(&mut self) -> Option<Token> {
        let text = self.text;
        let rest = &text[self.at..];
        let start = self.at + rest.find(|c| !is_blank(c))?;
        let spaced = start > self.at;
        let first = text[start..].chars().next()?;
        let token = |end, kind| Some(Token { start, end, kind, spaced });
        if digit(first).is_some() {
            let (mut value, mut digits, mut end) = (0u32, 0u8, start);
            for c in text[start..].chars() {
                let Some(digit) = digit(c).filter(|_| digits < DIGITS) else { break };
                value = value.saturating_mul(10).saturating_add(u32::from(digit));
                digits += 1;
                end += c.len_utf8();
            }
            return token(end, Kind::Number { value, digits });
        }
        if !is_letter(first) {
            return token(start + first.len_utf8(), Kind::Punct(first));
        }
        if let Some((id, end)) = self.dotted(start) {
            return token(end, Kind::Word { id: Some(id), capital: first.is_uppercase() });
        }
        if is_run(first) {
            let (id, end) = self.unspaced(start);
            return token(end, Kind::Word { id, capital: true });
        }
        let end = self.word_end(start);
        self.fold_into(start, end, true);
        let mut id = self.words.get(&self.buffer);
        let mut last = end;
        if id.is_none()
            && let Some(cut) = self.last_capital(start, end)
        {
            // "AnnDecember 8": a dump that lost what stood between a name and a date.
            return token(cut, Kind::Word { id: None, capital: first.is_uppercase() });
        }
        if id.is_some_and(WordId::opens)
            && let Some((longer, end)) = self.phrase(end)
        {
            (id, last) = (Some(longer), end);
        }
        token(last, Kind::Word { id, capital: first.is_uppercase() || !first.is_lowercase() })
    }

    /// Where the letters that begin here end.
    fn word_end(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        rest.char_indices()
            .enumerate()
            .find(|&(count, (_, c))| count >= WORD_CHARS || !is_letter(c) || is_run(c))
            .map_or(self.text.len(), |(_, (at, _))| start + at)
    }

    /// The last capital inside the word that small letters follow.
    fn last_capital(&self, start: usize, end: usize) -> Option<usize> {
        let word = &self.text[start..end];
        let pairs = word.char_indices().zip(word.chars().skip(1));
        let last = pairs.filter(|((_, c), next)| c.is_uppercase() && next.is_lowercase()).last();
        last.map(|((at, _), _)| start + at).filter(|&at| at > start)
    }

    fn fold_into(&mut self, start: usize, end: usize, clear: bool) {
        if clear {
            self.buffer.clear();
        }
        for c in self.text[start..end].chars() {
            fold_char(c, |c| self.buffer.push(c));
        }
    }

    /// An abbreviation with dots inside, read without them: "p.m.", "มิ.ย.".
    fn dotted(&mut self, start: usize) -> Option<(WordId, usize)> {
        let mut parts = [(start, start); 3];
        let mut count = 0;
        let mut at = start;
        while count < parts.len() {
            let length: usize = self.text[at..].chars().take(4).take_while(|&c| is_letter(c)).map(char::len_utf8).sum();
            let letters = self.text[at..at + length].chars().count();
            if letters == 0 || letters > 3 {
                break;
            }
            parts[count] = (at, at + length);
            count += 1;
            at += length;
            if !self.text[at..].starts_with('.') {
                break;
            }
            at += 1;
        }
        if count < 2 {
            return None;
        }
        self.buffer.clear();
        for &(start, end) in &parts[..count] {
            self.fold_into(start, end, false);
        }
        let id = self.words.get(&self.buffer)?;
        id.means().then_some((id, parts[count - 1].1))
    }

    /// The longest known word here, in a script without blanks; else one unknown char.
    fn unspaced(&mut self, start: usize) -> (Option<WordId>, usize) {
        let text = self.text;
        self.buffer.clear();
        let mut ends = [(0usize, 0usize); UNSPACED_CHARS];
        let mut count = 0;
        let mut end = start;
        for c in text[start..].chars().take_while(|&c| is_run(c)).take(UNSPACED_CHARS) {
            fold_char(c, |c| self.buffer.push(c));
            end += c.len_utf8();
            ends[count] = (self.buffer.len(), end);
            count += 1;
        }
        for &(folded, end) in ends[..count].iter().rev() {
            if let Some(id) = self.words.get(&self.buffer[..folded])
                && id.means()
            {
                return (Some(id), end);
            }
        }
        (None, ends[0].1)
    }

    /// The longest known wording that goes on after the word in the buffer, which ends at `end`.
    fn phrase(&mut self, mut end: usize) -> Option<(WordId, usize)> {
        let text = self.text;
        let mut best = None;
        for _ in 1..PHRASE_WORDS {
            let gap: usize = text[end..]
                .chars()
                .take(2)
                .take_while(|&c| is_blank(c) || matches!(c, '.' | '\'' | '\u{2019}' | '\u{2bc}' | '-' | '\u{200c}'))
                .map(char::len_utf8)
                .sum();
            let start = end + gap;
            if gap == 0 || !text[start..].chars().next().is_some_and(is_word_char) {
                break;
            }
            end = self.word_end(start);
            if end == start {
                // A digit, as in "thứ 2".
                end += text[start..].chars().next().map_or(0, char::len_utf8);
            }
            self.buffer.push(' ');
            self.fold_into(start, end, false);
            let Some(id) = self.words.get(&self.buffer) else { break };
            if id.means() {
                best = Some((id, end));
            }
            if !id.opens() {
                break;
            }
        }
        best
    }

    /// Where to begin to read so that the words that belong to the number at `number` are not missed: goes back over known
    /// words and short punctuation, at most to `floor`.
    pub(super) fn begin(&mut self, number: usize, floor: usize) -> usize {
        let text = self.text;
        let mut begin = number;
        for _ in 0..8 {
            let before = text[floor..begin].trim_end_matches(|c| {
                is_blank(c) || matches!(c, ',' | '.' | '-' | '(' | '\'' | '\u{2019}' | '|' | '،')
            });
            if begin - floor - before.len() > 8 {
                break;
            }
            let end = floor + before.len();
            let Some(last) = before.chars().next_back().filter(|&c| is_letter(c)) else { break };
            if is_run(last) {
                let run =
                    before.char_indices().rev().take(UNSPACED_CHARS).take_while(|&(_, c)| is_run(c) || c == '.').last();
                return run.map_or(end, |(at, _)| floor + at);
            }
            let Some((at, _)) =
                before.char_indices().rev().take(WORD_CHARS).take_while(|&(_, c)| is_letter(c) && !is_run(c)).last()
            else {
                break;
            };
            let start = floor + at;
            self.fold_into(start, end, true);
            if self.words.get(&self.buffer).is_none() {
                return self.last_capital(start, end).unwrap_or(begin);
            }
            begin = start;
        }
        begin
    }
}
