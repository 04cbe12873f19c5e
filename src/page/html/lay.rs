//! Text as it is laid out: character references decoded, white space collapsed or kept, and the span of the source
//! that it came from.

use super::entities::{Place, reference};
use super::grow::Piece;
use crate::page::block::Range32;
use crate::record::Span;

/// A piece laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Laid {
    /// Its text in the arena, without white space at both ends.
    pub(super) text: Range32,
    /// The bytes of the source it came from, likewise.
    pub(super) span: Span,
    /// Whether white space follows it.
    pub(super) space: bool,
}

/// Classes of bytes in [`CLASS`]: nothing to do; a blank, which is copied unless another follows; and, from [`STOP`]
/// on, other ASCII white space, `&`, NUL, the first byte of some white space beyond ASCII.
const PLAIN: u8 = 0;
const SPACE: u8 = 1;
const STOP: u8 = 0x80;
const BLANK: u8 = STOP;
const AMPERSAND: u8 = STOP + 2;
const NUL: u8 = STOP + 4;
const WIDE: u8 = STOP + 6;

static CLASS: [u8; 256] = {
    let mut class = [PLAIN; 256];
    class[b' ' as usize] = SPACE;
    class[b'\t' as usize] = BLANK;
    class[b'\n' as usize] = BLANK;
    class[0x0b] = BLANK;
    class[0x0c] = BLANK;
    class[b'\r' as usize] = BLANK;
    class[b'&' as usize] = AMPERSAND;
    class[0] = NUL;
    // U+0085 and U+00A0, U+1680, U+2000 to U+205F, U+3000, U+FEFF.
    class[0xc2] = WIDE;
    class[0xe1] = WIDE;
    class[0xe2] = WIDE;
    class[0xe3] = WIDE;
    class[0xef] = WIDE;
    class
};

/// What nothing is seen of at `at`: its length in bytes of the source, 0 where there is none, and whether it parts
/// words, as zero-width spaces and byte order marks do not.
fn blank(raw: &str, at: usize, literal: bool) -> (usize, bool) {
    let bytes = raw.as_bytes();
    match CLASS[bytes[at] as usize] {
        SPACE | BLANK => (1, true),
        AMPERSAND if !literal => match reference(&bytes[at..], Place::Text) {
            Some((reference, length)) if reference.is_blank() => (length, true),
            Some((reference, length)) if reference.is_zero_width() => (length, false),
            _ => (0, false),
        },
        WIDE => match raw[at..].chars().next() {
            Some(char) if char.is_whitespace() => (char.len_utf8(), true),
            Some(char) if is_zero_width(char) => (char.len_utf8(), false),
            _ => (0, false),
        },
        _ => (0, false),
    }
}

/// Whether the character is neither seen nor part of a word.
pub(super) fn is_zero_width(char: char) -> bool {
    matches!(char, '\u{200b}' | '\u{feff}' | SOFT_HYPHEN)
}

/// Where a word may be parted at the end of a line: it is seen there alone, and is no part of the text.
const SOFT_HYPHEN: char = '\u{ad}';

/// The length in bytes of the soft hyphen at `at`; 0 where there is none.
fn soft_hyphen(raw: &str, at: usize, literal: bool) -> usize {
    match reference(&raw.as_bytes()[at..], Place::Text) {
        Some((reference, length)) if !literal && reference.is(SOFT_HYPHEN) => length,
        _ if raw[at..].starts_with(SOFT_HYPHEN) => SOFT_HYPHEN.len_utf8(),
        _ => 0,
    }
}

/// Where the white space that begins at `at` ends, and whether it parts words.
pub(super) fn skip_blanks(raw: &str, mut at: usize, literal: bool) -> (usize, bool) {
    let mut parts = false;
    while at < raw.len() {
        match blank(raw, at, literal) {
            (0, _) => break,
            (length, space) => {
                at += length;
                parts |= space;
            }
        }
    }
    (at, parts)
}

/// The first place from `at` on where text cannot be copied as it is, with a blank before it.
fn stop(bytes: &[u8], at: usize) -> usize {
    let mut before = PLAIN;
    let found = bytes[at..].iter().position(|&byte| {
        let class = CLASS[byte as usize];
        // Two blanks in a row make a stop; one test a byte keeps the loop free of guesses at word ends.
        let stops = class | (class & before) << 7;
        before = class;
        stops >= STOP
    });
    let found = found.map_or(bytes.len(), |found| at + found);
    if found > at && bytes[found - 1] == b' ' { found - 1 } else { found }
}

/// Lays out a piece whose text begins at `start` of `raw`, with white space collapsed.
pub(super) fn collapsed(out: &mut String, piece: &Piece, raw: &str, start: usize) -> Laid {
    let bytes = raw.as_bytes();
    let text = out.len();
    // All before `done` has been appended; `at` reads on.
    let (mut done, mut at) = (start, start);
    let (mut end, mut space) = (raw.len(), false);
    loop {
        at = stop(bytes, at);
        if at == bytes.len() {
            break;
        }
        if bytes[at] == 0 {
            out.push_str(&raw[done..at]);
            out.push(char::REPLACEMENT_CHARACTER);
            at += 1;
            done = at;
            continue;
        }
        let (next, parts) = skip_blanks(raw, at, piece.literal);
        let hyphen = if next > at { soft_hyphen(raw, at, piece.literal) } else { 0 };
        if next == bytes.len() {
            out.push_str(&raw[done..at]);
            (end, space) = (at, parts);
            (done, at) = (next, next);
        } else if parts {
            out.push_str(&raw[done..at]);
            out.push(' ');
            (done, at) = (next, next);
        } else if hyphen > 0 {
            out.push_str(&raw[done..at]);
            at += hyphen;
            done = at;
        } else if bytes[at] == b'&'
            && !piece.literal
            && let Some((reference, length)) = reference(&bytes[at..], Place::Text)
        {
            out.push_str(&raw[done..at]);
            reference.push_to(out);
            at += length;
            done = at;
        } else {
            at += 1;
        }
    }
    out.push_str(&raw[done..]);
    let base = piece.span.start;
    Laid {
        text: Range32::new(text as u32, out.len() as u32),
        span: Span::new(base + start as u32, base + end as u32),
        space,
    }
}

/// Lays out a piece with its lines and indentation kept. `None` where all of it is white space.
pub(super) fn preformatted(out: &mut String, piece: &Piece, raw: &str) -> Option<Laid> {
    let bytes = raw.as_bytes();
    // Text and source from the first to past the last character that is seen.
    let mut seen: Option<(usize, usize)> = None;
    let mut ends = (0, 0);
    let mut at = 0;
    while at < bytes.len() {
        let (length, parts) = blank(raw, at, piece.literal);
        if length > 0 {
            match bytes[at] {
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => {}
                b'\r' | b'\n' => out.push('\n'),
                b'\t' => out.push('\t'),
                b'&' if reference(&bytes[at..], Place::Text).is_some_and(|(char, _)| char.is_line_feed()) => {
                    out.push('\n');
                }
                _ if parts => out.push(' '),
                _ => {}
            }
            at += length;
            continue;
        }
        seen.get_or_insert((out.len(), at));
        let start = at;
        match bytes[at] {
            b'&' if !piece.literal => {
                if let Some((reference, length)) = reference(&bytes[at..], Place::Text) {
                    reference.push_to(out);
                    at += length;
                } else {
                    out.push('&');
                    at += 1;
                }
            }
            0 => {
                out.push(char::REPLACEMENT_CHARACTER);
                at += 1;
            }
            _ => {
                at += 1;
                while at < bytes.len() && CLASS[bytes[at] as usize] <= SPACE {
                    at += 1;
                }
                while bytes[at - 1] == b' ' {
                    at -= 1;
                }
                out.push_str(&raw[start..at]);
            }
        }
        ends = (out.len(), at);
    }
    let (text, start) = seen?;
    let base = piece.span.start;
    Some(Laid {
        text: Range32::new(text as u32, ends.0 as u32),
        span: Span::new(base + start as u32, base + ends.1 as u32),
        space: false,
    })
}
