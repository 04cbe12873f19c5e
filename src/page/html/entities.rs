//! Character references (`&amp;`, `&#8217;`, `&copy`) as the HTML standard decodes them, in text and in
//! attribute values.

use std::borrow::Cow;

use memchr::memchr;

use super::lay::is_zero_width;
use super::named::{NAMED, UNCLOSED};

/// What a reference stands for: one character, or the one or two characters of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// A character by number.
    Char(char),
    /// The text of a name.
    Text(&'static str),
}

impl Reference {
    /// Whether it is nothing but white space, as `&nbsp;` and `&#10;` are.
    pub(super) fn is_blank(self) -> bool {
        match self {
            Self::Char(char) => char.is_whitespace(),
            Self::Text(text) => text.chars().all(char::is_whitespace),
        }
    }

    /// Whether nothing is seen of it, though it is no white space.
    pub(super) fn is_zero_width(self) -> bool {
        match self {
            Self::Char(char) => is_zero_width(char),
            Self::Text(text) => text.chars().all(is_zero_width),
        }
    }

    /// Whether it stands for this one character.
    pub(super) fn is(self, own: char) -> bool {
        match self {
            Self::Char(char) => char == own,
            Self::Text(text) => text.strip_prefix(own) == Some(""),
        }
    }

    /// Whether it ends a line.
    pub(super) fn is_line_feed(self) -> bool {
        matches!(self, Self::Char('\n') | Self::Text("\n"))
    }

    /// Appends what it stands for.
    pub(super) fn push_to(self, out: &mut String) {
        match self {
            Self::Char(char) => out.push(char),
            Self::Text(text) => out.push_str(text),
        }
    }
}

/// Where a reference stands; in attribute values an unclosed name before `=` or a letter is left alone, so
/// that `?a=1&copy=2` stays what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In text.
    Text,
    /// In an attribute's value.
    Attribute,
}

/// Longest name in [`NAMED`], in bytes.
const LONGEST_NAME: usize = 31;
/// Longest and shortest name in [`UNCLOSED`], in bytes.
const UNCLOSED_LENGTHS: (usize, usize) = (2, 6);

/// Reads the reference at the start of `raw`, which opens with `&`: what it stands for and its length in
/// bytes. `None` where the `&` is just that.
pub(super) fn reference(raw: &[u8], place: Place) -> Option<(Reference, usize)> {
    match raw.get(1)? {
        b'#' => numeric(raw),
        byte if byte.is_ascii_alphanumeric() => named(raw, place),
        _ => None,
    }
}

fn named(raw: &[u8], place: Place) -> Option<(Reference, usize)> {
    let window = &raw[1..raw.len().min(LONGEST_NAME + 2)];
    let length = window.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(window.len());
    let name = &window[..length];
    if window.get(length) == Some(&b';')
        && let Some(text) = lookup(name)
    {
        return Some((Reference::Text(text), length + 2));
    }
    let (shortest, longest) = UNCLOSED_LENGTHS;
    let length = (shortest..=longest.min(length))
        .rev()
        .find(|&length| UNCLOSED.binary_search_by(|known| known.as_bytes().cmp(&name[..length])).is_ok())?;
    let next = raw.get(1 + length);
    if place == Place::Attribute && next.is_some_and(|&byte| byte == b'=' || byte.is_ascii_alphanumeric()) {
        return None;
    }
    Some((Reference::Text(lookup(&name[..length])?), 1 + length))
}

fn lookup(name: &[u8]) -> Option<&'static str> {
    // The handful that makes up nearly all references of real pages.
    match name {
        b"amp" => Some("&"),
        b"nbsp" => Some("\u{a0}"),
        b"quot" => Some("\""),
        b"lt" => Some("<"),
        b"gt" => Some(">"),
        _ => {
            let at = NAMED.binary_search_by(|(known, _)| known.as_bytes().cmp(name)).ok()?;
            Some(NAMED[at].1)
        }
    }
}

fn numeric(raw: &[u8]) -> Option<(Reference, usize)> {
    let (radix, start) = if matches!(raw.get(2), Some(b'x' | b'X')) { (16, 3) } else { (10, 2) };
    let mut number = 0u32;
    let mut end = start;
    while let Some(digit) = raw.get(end).and_then(|&byte| (byte as char).to_digit(radix)) {
        // Saturates far above the last character, which is all that matters of such a number.
        number = number.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    end += usize::from(raw.get(end) == Some(&b';'));
    Some((Reference::Char(numbered(number)), end))
}

/// The character a number stands for: 0x80 to 0x9F are read as windows-1252, what is no character becomes U+FFFD.
fn numbered(number: u32) -> char {
    const WINDOWS_1252: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match number {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9f => WINDOWS_1252[number as usize - 0x80],
        _ => char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// An attribute's raw value with its character references decoded; borrowed where there are none.
pub fn decode_entities(raw: &str) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let Some(first) = memchr(b'&', bytes) else { return Cow::Borrowed(raw) };
    let mut out = String::with_capacity(raw.len());
    let (mut done, mut at) = (0, first);
    loop {
        match reference(&bytes[at..], Place::Attribute) {
            Some((reference, length)) => {
                out.push_str(&raw[done..at]);
                reference.push_to(&mut out);
                at += length;
                done = at;
            }
            None => at += 1,
        }
        match memchr(b'&', &bytes[at..]) {
            Some(next) => at += next,
            None => break,
        }
    }
    out.push_str(&raw[done..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> String {
        let mut out = String::new();
        let mut at = 0;
        while let Some(char) = raw[at..].chars().next() {
            let found = (char == '&').then(|| reference(&raw.as_bytes()[at..], Place::Text)).flatten();
            let (reference, length) = found.unwrap_or((Reference::Char(char), char.len_utf8()));
            reference.push_to(&mut out);
            at += length;
        }
        out
    }

    #[test]
    fn tables_are_sorted_and_agree() {
        assert!(NAMED.is_sorted_by(|a, b| a.0 < b.0));
        assert!(UNCLOSED.is_sorted_by(|a, b| a < b));
        assert_eq!(NAMED.iter().map(|(name, _)| name.len()).max(), Some(LONGEST_NAME));
        let lengths = UNCLOSED.iter().map(|name| name.len());
        assert_eq!((lengths.clone().min().unwrap(), lengths.max().unwrap()), UNCLOSED_LENGTHS);
        for name in UNCLOSED {
            assert!(lookup(name.as_bytes()).is_some(), "{name}");
        }
        for (name, text) in NAMED {
            assert_eq!(lookup(name.as_bytes()), Some(text), "{name}");
        }
    }

    #[test]
    fn references_decode_as_the_standard_says() {
        for (raw, in_text, in_attribute) in [
            ("a & b", "a & b", "a & b"),
            ("&amp;&lt;&gt;&quot;", "&<>\"", "&<>\""),
            ("&ampx", "&x", "&ampx"),
            ("?a&copy=1", "?a©=1", "?a&copy=1"),
            ("&copy;=1", "©=1", "©=1"),
            ("&notit;", "¬it;", "&notit;"),
            ("&notin;", "∉", "∉"),
            ("&nosuch;", "&nosuch;", "&nosuch;"),
            ("&NotEqualTilde;", "≂\u{338}", "≂\u{338}"),
            ("&CounterClockwiseContourIntegral;", "∳", "∳"),
            ("&#65;&#x41;&#X41", "AAA", "AAA"),
            ("&#150;&#x80;", "–€", "–€"),
            ("&#0;&#xD800;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}", "\u{fffd}\u{fffd}\u{fffd}"),
            ("&#;&#x;&", "&#;&#x;&", "&#;&#x;&"),
            ("ünï &uuml", "ünï ü", "ünï ü"),
        ] {
            assert_eq!(text(raw), in_text, "{raw}");
            assert_eq!(decode_entities(raw), in_attribute, "{raw}");
        }
    }
}
