//! What stands in a dump's lines without being text of the page: targets of Markdown links, reference numbers of
//! links, boxes of form fields. It stays inside the runs' spans and is left out of their text, where it is certain.

use memchr::{memchr_iter, memchr3_iter, memmem};

use super::lines::Line;
use super::marks::{self, Kind, Mark, Style};
use crate::record::Span;

/// Fewest addresses that make a numbered list at the end of a dump the targets of its `[1]`.
const REFERENCES: u32 = 3;
/// Most brackets that are open at a time.
const OPEN: usize = 32;
/// What stands for the frame of a button.
const BUTTON: &[u8] = b"(BUTTON)";
/// Fewest underscores that are a field to fill in.
const FIELD: usize = 5;

/// What is left out of the text, and where links are.
#[derive(Default)]
pub(super) struct Inline {
    /// Bytes left out, ascending, none touching another's inside.
    hidden: Vec<Span>,
    /// Words of links, ascending by end.
    links: Vec<Span>,
}

impl Inline {
    /// Reads the dump once.
    pub(super) fn of(source: &str, lines: &[Line]) -> Self {
        let mut inline = Self::default();
        inline.read(source, references(source, lines));
        inline
    }

    fn read(&mut self, source: &str, references: u32) {
        let bytes = source.as_bytes();
        let mut open: Vec<usize> = Vec::new();
        let mut done = 0;
        for at in memchr3_iter(b'[', b']', b'_', bytes) {
            if at < done {
                continue;
            }
            match bytes[at] {
                b'[' => {
                    if open.len() == OPEN {
                        open.remove(0);
                    }
                    open.push(at);
                }
                b'_' => {
                    let length = bytes[at..].iter().take_while(|&&b| b == b'_').count();
                    if length >= FIELD {
                        self.hide(at, at + length);
                    }
                    done = at + length;
                }
                _ => {
                    let Some(start) = open.pop() else { continue };
                    if let Some(length) = target(&bytes[at + 1..]) {
                        let image = start > 0 && bytes[start - 1] == b'!';
                        self.hide(start - usize::from(image), start + 1);
                        self.hide(at, at + 1 + length);
                        if !image {
                            self.links.push(Span::new(start as u32 + 1, at as u32));
                        }
                        done = at + 1 + length;
                    } else if references > 0 && is_reference(&bytes[start + 1..at], references) {
                        self.hide(start, at + 1);
                        self.links.push(Span::new(at as u32 + 1, at as u32 + 1));
                    }
                }
            }
        }
        for at in memmem::find_iter(bytes, BUTTON) {
            self.hide(at, at + BUTTON.len());
        }
        self.hide_escapes(bytes);
        self.hidden.sort_unstable_by_key(|span| span.start);
    }

    /// Hides the strokes that keep Markdown from reading a line's start as a marker (`11\\. April`, `\\- he said`) and,
    /// in dumps with Markdown links, those before other signs.
    fn hide_escapes(&mut self, bytes: &[u8]) {
        let anywhere = !self.links.is_empty();
        for at in memchr_iter(b'\\', bytes) {
            let Some(&escaped) = bytes.get(at + 1) else { continue };
            let digits = bytes[..at].iter().rev().take(4).take_while(|b| b.is_ascii_digit()).count();
            let start = at - digits;
            let opens = bytes[..start].last().is_none_or(u8::is_ascii_whitespace);
            let marks = match escaped {
                b'.' | b')' => digits > 0,
                b'-' | b'+' | b'*' | b'#' | b'>' => digits == 0,
                _ => false,
            };
            if (opens && marks)
                || (anywhere && matches!(escaped, b'*' | b'_' | b'[' | b']' | b'`' | b'#' | b'!' | b'.'))
            {
                self.hide(at, at + 1);
            }
        }
    }

    fn hide(&mut self, start: usize, end: usize) {
        self.hidden.push(Span::new(start as u32, end as u32));
    }

    /// Whether all is text and nothing a link.
    pub(super) fn is_empty(&self) -> bool {
        self.hidden.is_empty() && self.links.is_empty()
    }

    /// What of `span` is text: the stretches between what is hidden.
    pub(super) fn shown(&self, span: Span) -> impl Iterator<Item = Span> + '_ {
        let first = self.hidden.partition_point(|hidden| hidden.end <= span.start);
        let hidden = self.hidden[first..].iter().take_while(move |hidden| hidden.start < span.end);
        let mut start = span.start;
        let stretches = hidden.copied().chain(std::iter::once(Span::new(span.end, span.end)));
        stretches.filter_map(move |hidden| {
            let stretch = Span::new(start, hidden.start);
            start = start.max(hidden.end);
            (!stretch.is_empty()).then_some(stretch)
        })
    }

    /// Number of links that end inside `span`, and the bytes of their words.
    pub(super) fn links(&self, span: Span) -> (u16, u32) {
        let first = self.links.partition_point(|link| link.end < span.start);
        let inside = self.links[first..].iter().take_while(|link| link.end <= span.end);
        inside.fold((0, 0), |(count, bytes), link| {
            (u16::saturating_add(count, 1), bytes + link.end.saturating_sub(link.start.max(span.start)))
        })
    }
}

/// Bytes of the link target in round brackets that `bytes` starts with.
///
/// Without blanks, angle and square brackets, so that targets never overlap; a title in quotes may follow.
fn target(bytes: &[u8]) -> Option<usize> {
    let inside = bytes.strip_prefix(b"(")?;
    let angle = inside.first() == Some(&b'<');
    let mut depth = 0;
    let mut address = false;
    let mut at = usize::from(angle);
    loop {
        match *inside.get(at)? {
            b'>' if angle => {
                at += 1;
                break;
            }
            b'\n' | b'\r' | b'[' | b']' | b'<' | b'>' => return None,
            b' ' | b'\t' if !angle => break,
            b'(' => depth += 1,
            b')' if depth == 0 && !angle => break,
            b')' => depth -= 1,
            b'/' | b'.' | b'#' | b'?' | b':' | b'=' => address = true,
            _ => {}
        }
        at += 1;
    }
    if !address && at > 0 {
        return None;
    }
    if inside.get(at) == Some(&b' ') {
        let quote = *inside.get(at + 1)?;
        if quote != b'"' && quote != b'\'' {
            return None;
        }
        let title = &inside[at + 2..];
        let end = title.iter().position(|&b| matches!(b, b'"' | b'\'' | b'\n' | b'\r' | b'[' | b']'))?;
        if title[end] != quote {
            return None;
        }
        at += 2 + end + 1;
    }
    (inside.get(at) == Some(&b')')).then_some(at + 2)
}

fn is_reference(inside: &[u8], references: u32) -> bool {
    let number = std::str::from_utf8(inside).ok().and_then(|digits| digits.parse::<u32>().ok());
    number.is_some_and(|number| (1..=references).contains(&number))
}

/// The highest number of the list of addresses at the end of the dump, 0 if there is none.
fn references(source: &str, lines: &[Line]) -> u32 {
    let mut found = 0;
    let mut highest = 0;
    for line in lines.iter().rev() {
        match marks::lead(source, line.span, line.indent) {
            Some(Mark { kind: Kind::Number(Style::Dot, number), text, .. }) => {
                if !is_address(Span::new(text, line.span.end).of(source)) {
                    break;
                }
                found += 1;
                highest = highest.max(number);
            }
            // A heading between the lists.
            _ if line.words <= 3 => {}
            _ => break,
        }
    }
    if found >= REFERENCES { highest } else { 0 }
}

fn is_address(text: &str) -> bool {
    let scheme = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-')).count();
    scheme >= 2 && text[scheme..].starts_with(':')
}
