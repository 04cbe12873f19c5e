//! A page to read on a screen: title, by whom and when, the body wrapped, the thread indented.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

use crate::record::{BodyKind, PageRecord};
use crate::sink::{text, thread, visible};

/// Widest column of text; longer lines are hard to read.
const MEASURE: usize = 96;

/// What the screen can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// Whether colours and weights are wanted.
    pub colour: bool,
}

/// SGR codes (ECMA-48).
#[derive(Clone, Copy)]
enum Style {
    Plain,
    Bold,
    Dim,
    Author,
}

impl Screen {
    fn paint(self, style: Style, text: &str) -> String {
        let code = match style {
            _ if !self.colour || text.is_empty() => return text.to_owned(),
            Style::Plain => return text.to_owned(),
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Author => "1;36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// Wraps every line of `text` behind `first` and, from the second line on, `rest`.
    fn wrap(self, out: &mut String, style: Style, first: &str, rest: &str, text: &str) {
        let room = self.width.clamp(20, MEASURE).saturating_sub(rest.chars().count()).max(10);
        let mut prefix = first;
        for line in visible(text).lines() {
            for piece in fold(line, room) {
                let _ = writeln!(out, "{}{}", self.paint(Style::Dim, prefix), self.paint(style, piece));
                prefix = rest;
            }
        }
    }
}

/// Cuts a line into pieces of at most `room` columns, between words where it can.
fn fold(line: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut columns) = (0, 0);
    // The last place to break at, and the columns up to it.
    let mut gap = None;
    for (at, c) in line.char_indices() {
        let width = c.width().unwrap_or(0);
        if columns + width > room && at > start {
            let (end, next, used) = gap.take().unwrap_or((at, at, columns));
            pieces.push(&line[start..end]);
            start = next;
            columns -= used;
        }
        columns += width;
        if c == ' ' && at > start {
            gap = Some((at, at + 1, columns));
        } else if width == 2 {
            // East Asian text breaks between any two characters.
            gap = Some((at + c.len_utf8(), at + c.len_utf8(), columns));
        }
    }
    pieces.push(&line[start..]);
    pieces
}

/// Writes the page.
pub(super) fn page(record: &PageRecord, screen: Screen) -> String {
    let mut out = String::new();
    if let Some(title) = &record.title {
        screen.wrap(&mut out, Style::Bold, "", "", title);
    }
    screen.wrap(&mut out, Style::Dim, "", "", &text::byline(record));
    if !out.is_empty() {
        out.push('\n');
    }
    if let Some(deck) = &record.deck {
        screen.wrap(&mut out, Style::Bold, "", "", deck);
        out.push('\n');
    }
    if let Some(reason) = record.reason.as_ref().filter(|_| record.text.is_empty()) {
        screen.wrap(&mut out, Style::Dim, "", "", &format!("({}: {reason})", record.kind));
        out.push('\n');
    }
    for (n, piece) in record.body.iter().enumerate() {
        let level = usize::from(piece.level.unwrap_or(1).max(1)).min(8);
        match piece.kind {
            BodyKind::Heading => screen.wrap(&mut out, Style::Bold, "", "", &piece.text),
            BodyKind::ListItem => {
                let indent = "  ".repeat(level - 1);
                screen.wrap(&mut out, Style::Plain, &format!("{indent}• "), &format!("{indent}  "), &piece.text);
            }
            BodyKind::Quote => screen.wrap(&mut out, Style::Plain, "│ ", "│ ", &piece.text),
            BodyKind::Code | BodyKind::Table => {
                for line in visible(&piece.text).lines() {
                    let _ = writeln!(out, "    {line}");
                }
            }
            BodyKind::Caption => screen.wrap(&mut out, Style::Dim, "", "", &piece.text),
            BodyKind::Paragraph => screen.wrap(&mut out, Style::Plain, "", "", &piece.text),
        }
        let next = record.body.get(n + 1).map(|next| next.kind);
        if !(piece.kind == BodyKind::ListItem && next == Some(BodyKind::ListItem)) {
            out.push('\n');
        }
    }
    comments(&mut out, record, screen);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn comments(out: &mut String, record: &PageRecord, screen: Screen) {
    if record.comments.is_empty() {
        return;
    }
    let count = record.comments.len();
    let declared: u32 = record.threads.iter().filter_map(|thread| thread.declared).sum();
    let mut heading = format!("{count} comment{}", if count == 1 { "" } else { "s" });
    if declared as usize > count {
        let _ = write!(heading, " of {declared}");
    }
    screen.wrap(out, Style::Bold, "── ", "", &heading);
    out.push('\n');
    // A deep thread must leave room for its words.
    let deepest = (screen.width.clamp(20, MEASURE) / 3) / 2;
    for (comment, depth) in thread::walk(&record.comments) {
        let indent = "│ ".repeat(depth.min(deepest));
        screen.wrap(out, Style::Author, &indent, &indent, &text::heading(comment));
        if let Some(notice) = comment.notice.as_deref().filter(|_| comment.deleted) {
            screen.wrap(out, Style::Dim, &format!("{indent}  "), &format!("{indent}  "), notice);
        }
        for (quoted, words) in thread::words(comment, &comment.text) {
            let (style, mark) = if quoted { (Style::Dim, "> ") } else { (Style::Plain, "") };
            screen.wrap(out, style, &format!("{indent}  {mark}"), &format!("{indent}  {mark}"), words);
        }
        let _ = writeln!(out, "{}", screen.paint(Style::Dim, indent.trim_end()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_words_and_by_columns() {
        assert_eq!(fold("one two three", 8), ["one two", "three"]);
        assert_eq!(fold("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(fold("一二三四五", 4), ["一二", "三四", "五"]);
        assert_eq!(fold("", 4), [""]);
        let long = "word ".repeat(1000);
        assert!(fold(&long, 20).iter().all(|line| line.len() <= 20));
    }
}
