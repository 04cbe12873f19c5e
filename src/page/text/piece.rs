//! Lines that hold a whole page, all its lines joined into one: cut after sentences.

use super::lines::Line;
use crate::record::Span;

/// A line of more bytes is never one paragraph.
const LONGEST: u32 = 16 << 10;
/// A line of more bytes is cut where it makes up nearly all of the dump.
const JOINED: u32 = 1200;
/// Bytes after which a piece without a sentence's end is cut at the next blank.
const PIECE: usize = 2048;

/// The most bytes of a line that is left whole.
pub(super) fn longest(lines: &[Line]) -> u32 {
    let total: u64 = lines.iter().map(|line| u64::from(line.span.len())).sum();
    let most = lines.iter().map(|line| line.span.len()).max().unwrap_or(0);
    if u64::from(most) * 10 >= total * 9 { JOINED } else { LONGEST }
}

/// The pieces of `span`, in order, white space between them left out.
pub(super) fn pieces(source: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut rest = span;
    std::iter::from_fn(move || {
        let text = rest.of(source);
        let trimmed = text.trim_start();
        if trimmed.is_empty() {
            return None;
        }
        let start = rest.end - trimmed.len() as u32;
        let length = sentence(trimmed);
        let piece = trimmed[..length].trim_end();
        rest.start = start + length as u32;
        Some(Span::new(start, start + piece.len() as u32))
    })
}

/// Bytes of the first sentence of `text`, or of its first [`PIECE`] bytes up to a blank.
fn sentence(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    // A terminator has passed, with nothing but closing marks behind it.
    let mut ended = false;
    while let Some((at, c)) = chars.next() {
        match c {
            '。' | '！' | '？' | '｡' => {
                while let Some(&(_, '」' | '』' | '”' | '）' | '。' | '！' | '？' | '…')) = chars.peek() {
                    chars.next();
                }
                return chars.peek().map_or(text.len(), |&(at, _)| at);
            }
            '.' | '!' | '?' | '…' | '؟' | '۔' | '।' | '॥' | '։' | '።' | '၊' | '။' | '។' => {
                // An initial or an abbreviation of one letter ends nothing.
                ended = c != '.' || !is_initial(&text[..at]);
            }
            '"' | '\'' | ')' | ']' | '”' | '’' | '»' | '“' => {}
            _ if c.is_whitespace() => {
                let next = chars.peek().map_or(' ', |&(_, next)| next);
                if (ended && !next.is_lowercase()) || next.is_whitespace() || at >= PIECE {
                    return at;
                }
                ended = false;
            }
            _ => ended = false,
        }
    }
    text.len()
}

/// Whether `text` ends with a word of one letter.
fn is_initial(text: &str) -> bool {
    let mut back = text.chars().rev();
    back.next().is_some_and(char::is_alphabetic) && back.next().is_none_or(|c| c.is_whitespace() || c == '.')
}
