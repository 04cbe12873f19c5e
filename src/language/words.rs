//! Text cut into words, each with a hash of its folded chars.

use crate::language::{digit, fold_char, is_unspaced, is_word_char};

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordKind {
    /// Letters.
    Letters,
    /// Digits with the separators between them and a glued `k` or `M`.
    Number,
    /// One char of a script without blanks, or one Hangul syllable (Korean words take endings).
    Single,
    /// `©` or `@`.
    Sign,
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// Its first byte.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// Hash of its folded chars; [`NUMBER`] for all numbers.
    pub hash: u64,
    /// What it is.
    pub kind: WordKind,
}

impl Word {
    /// Length in bytes.
    pub const fn bytes(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it is a number.
    pub fn is_number(self) -> bool {
        self.kind == WordKind::Number
    }
}

/// The hash of any number.
pub const NUMBER: u64 = 0x23;
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Takes a folded char into a word's hash (FNV-1a over chars).
const fn step(hash: u64, c: char) -> u64 {
    (hash ^ c as u64).wrapping_mul(0x0100_0000_01b3)
}

/// Takes a word into the hash of a phrase, which begins with 0.
pub const fn join(phrase: u64, word: u64) -> u64 {
    let mixed = (phrase.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// Calls `take` with each word of the text until it says no. Apostrophes and hyphens part words. Texts longer than 4 GiB are cut.
pub fn each_word(text: &str, mut take: impl FnMut(Word) -> bool) {
    let bytes = &text.as_bytes()[..text.len().min(u32::MAX as usize)];
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        let (hash, kind) = if byte.is_ascii_alphabetic() {
            (letters(text, &mut at), WordKind::Letters)
        } else if byte.is_ascii() {
            if byte.is_ascii_digit() {
                number(text, &mut at);
                (NUMBER, WordKind::Number)
            } else {
                at += 1;
                if byte != b'@' {
                    continue;
                }
                (step(SEED, '@'), WordKind::Sign)
            }
        } else {
            let Some(c) = text[at..].chars().next() else { return };
            if digit(c).is_some() {
                number(text, &mut at);
                (NUMBER, WordKind::Number)
            } else if is_single(c) {
                at += c.len_utf8();
                let mut hash = SEED;
                fold_char(c, |c| hash = step(hash, c));
                (hash, WordKind::Single)
            } else if c == '©' {
                at += c.len_utf8();
                (step(SEED, c), WordKind::Sign)
            } else if is_word_char(c) {
                (letters(text, &mut at), WordKind::Letters)
            } else {
                at += c.len_utf8();
                continue;
            }
        };
        if !take(Word { start: start as u32, end: at as u32, hash, kind }) {
            return;
        }
    }
}

/// ASCII's letters in lower case by either case; 0 for all other bytes.
static LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut letter = b'a';
    while letter <= b'z' {
        letters[letter as usize] = letter;
        letters[letter.to_ascii_uppercase() as usize] = letter;
        letter += 1;
    }
    letters
};

/// The hash of the letters that begin at `at`, which moves behind them.
fn letters(text: &str, at: &mut usize) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = SEED;
    while *at < bytes.len() {
        let byte = bytes[*at];
        let letter = LETTERS[byte as usize];
        if letter != 0 {
            hash = step(hash, letter as char);
            *at += 1;
            continue;
        }
        if byte.is_ascii() {
            break;
        }
        let Some(c) = text[*at..].chars().next() else { break };
        if !is_word_char(c) || is_single(c) || digit(c).is_some() {
            break;
        }
        fold_char(c, |c| hash = step(hash, c));
        *at += c.len_utf8();
    }
    hash
}

/// Moves `at` behind the number that begins there.
fn number(text: &str, at: &mut usize) {
    let mut chars = text[*at..].chars();
    while let Some(c) = chars.next() {
        let next = chars.clone().next();
        let inside = match c {
            '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' => next.is_some_and(|next| digit(next).is_some()),
            'k' | 'K' | 'M' => !next.is_some_and(is_word_char),
            _ => digit(c).is_some(),
        };
        if !inside {
            return;
        }
        *at += c.len_utf8();
    }
}

/// Whether the char is a word by itself.
pub fn is_single(c: char) -> bool {
    is_unspaced(c) || ('\u{ac00}'..='\u{d7a3}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(&str, WordKind)> {
        let mut out = Vec::new();
        each_word(text, |word| {
            out.push((&text[word.start as usize..word.end as usize], word.kind));
            true
        });
        out
    }

    #[test]
    fn texts_are_cut_at_blanks_signs_and_changes_of_kind() {
        use WordKind::{Letters, Number, Sign, Single};
        for (text, want) in [
            (
                "Don't re-read 1,234.5k×",
                vec![("Don", Letters), ("t", Letters), ("re", Letters), ("read", Letters), ("1,234.5k", Number)],
            ),
            ("12. 3km", vec![("12", Number), ("3", Number), ("km", Letters)]),
            ("評論 12條", vec![("評", Single), ("論", Single), ("12", Number), ("條", Single)]),
            ("© @ann Мир42", vec![("©", Sign), ("@", Sign), ("ann", Letters), ("Мир", Letters), ("42", Number)]),
            ("हिन्दी १२", vec![("हिन्दी", Letters), ("१२", Number)]),
            ("", vec![]),
        ] {
            assert_eq!(words(text), want, "{text}");
        }
    }
}
