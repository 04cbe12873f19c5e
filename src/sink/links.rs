//! Links put back into the text they were taken from.

use crate::record::{LinkRecord, Span};

/// Stand before and after a link's words while these are escaped. Noncharacters: no page may hold them as text.
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';

/// A text with its links marked, so that it can be escaped before they are written.
pub(super) struct Marked<'r> {
    /// The text; `None` where it has no link.
    text: Option<String>,
    targets: Vec<&'r str>,
}

/// Marks in `text`, which stands at `spans` of the source, the links that stand there too.
pub(super) fn mark<'r>(text: &str, spans: &[Span], links: &'r [LinkRecord]) -> Marked<'r> {
    let mut marked = Marked { text: None, targets: Vec::new() };
    let (Some(start), Some(end)) = (spans.iter().map(|span| span.start).min(), spans.iter().map(|span| span.end).max())
    else {
        return marked;
    };
    let first = links.partition_point(|link| link.span.start < start);
    let mut out = String::new();
    let mut done = 0;
    for link in links[first..].iter().take_while(|link| link.span.start < end) {
        if !is_harmless(&link.url)
            || !spans.iter().any(|span| span.start <= link.span.start && link.span.start < span.end)
        {
            continue;
        }
        if let Some(found) = text[done..].find(&link.text) {
            let at = done + found;
            for c in text[done..at].chars().chain([OPEN]).chain(link.text.chars()).chain([CLOSE]) {
                out.push(c);
            }
            done = at + link.text.len();
            marked.targets.push(&link.url);
        }
    }
    if !marked.targets.is_empty() && !text.contains([OPEN, CLOSE]) {
        out.push_str(&text[done..]);
        marked.text = Some(out);
    }
    marked
}

impl Marked<'_> {
    /// The text to be escaped.
    pub(super) fn text<'t>(&'t self, plain: &'t str) -> &'t str {
        self.text.as_deref().unwrap_or(plain)
    }

    /// Writes the links into the escaped text; `open` and `close` are what stands before and after the words.
    pub(super) fn write(
        &self,
        escaped: String,
        mut open: impl FnMut(&str) -> String,
        mut close: impl FnMut(&str) -> String,
    ) -> String {
        if self.text.is_none() {
            return escaped;
        }
        let mut out = String::with_capacity(escaped.len() * 2);
        let mut targets = self.targets.iter();
        let mut target = "";
        for c in escaped.chars() {
            match c {
                OPEN => {
                    target = targets.next().copied().unwrap_or_default();
                    out.push_str(&open(target));
                }
                CLOSE => out.push_str(&close(target)),
                c => out.push(c),
            }
        }
        out
    }
}

/// Whether a target leads to a page or a mailbox: scripts and data have no place in a cleaned text.
fn is_harmless(url: &str) -> bool {
    let scheme = url.split(['/', '?', '#']).next().unwrap_or_default();
    match scheme.split_once(':') {
        Some((scheme, _)) => {
            ["http", "https", "mailto", "ftp", "tel"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
        }
        None => true,
    }
}

/// A target that can stand between angle brackets or quotes: white space, controls and brackets are escaped.
pub(super) fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '<' | '>' | '"' | '\'' | '\\' | '`' | '(' | ')' | '[' | ']' | '|' => {
                out.push_str(&format!("%{:02X}", c as u32));
            }
            c if c.is_whitespace() || c.is_control() => out.push_str(if c == ' ' { "%20" } else { "" }),
            c => out.push(c),
        }
    }
    out
}
