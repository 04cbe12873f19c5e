//! Markdown: `CommonMark` with GitHub's tables; what would be markup in the page's words is escaped.

use std::fmt::Write;

use crate::record::{BodyKind, BodyRecord, LinkRecord, PageRecord};
use crate::sink::links::{self, Marked};
use crate::sink::{text, thread, visible};

/// Writes the page.
pub(super) fn page(record: &PageRecord) -> String {
    let mut out = String::new();
    if let Some(title) = &record.title {
        let _ = writeln!(out, "# {}\n", escape(title));
    }
    if let Some(deck) = &record.deck {
        let _ = writeln!(out, "*{}*\n", escape(deck).trim());
    }
    let byline = text::byline(record);
    if !byline.is_empty() {
        let _ = writeln!(out, "{}\n", escape(&byline));
    }
    for (n, piece) in record.body.iter().enumerate() {
        body(&mut out, piece, &record.links);
        let next = record.body.get(n + 1).map(|next| next.kind);
        // Items of one list stand together.
        if !(piece.kind == BodyKind::ListItem && next == Some(BodyKind::ListItem)) {
            out.push('\n');
        }
    }
    if !record.comments.is_empty() {
        out.push_str("## Comments\n\n");
    }
    for (comment, depth) in thread::walk(&record.comments) {
        let indent = "  ".repeat(depth);
        let _ = writeln!(out, "{indent}- **{}**\n", escape(&text::heading(comment)));
        if let Some(notice) = comment.notice.as_deref().filter(|_| comment.deleted) {
            let _ = writeln!(out, "{indent}  *{}*\n", escape(notice).trim());
        }
        let marked = links::mark(&comment.text, &comment.spans, &record.links);
        let mut words = String::new();
        for (quoted, stretch) in thread::words(comment, marked.text(&comment.text)) {
            prefixed(&mut words, &format!("{indent}  {}", if quoted { "> " } else { "" }), stretch);
        }
        out.push_str(&linked(&marked, words));
    }
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// One piece of the body. Code and tables stand as they are, without links.
fn body(out: &mut String, piece: &BodyRecord, links: &[LinkRecord]) {
    match piece.kind {
        BodyKind::Code => {
            let longest = piece.text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(3.max(longest + 1));
            let _ = writeln!(out, "{fence}\n{}\n{fence}", visible(&piece.text));
        }
        BodyKind::Table => {
            let _ = writeln!(out, "{}", visible(&piece.text));
        }
        _ => {
            let marked = links::mark(&piece.text, &piece.spans, links);
            let words = words(piece.kind, piece.level, marked.text(&piece.text));
            out.push_str(&linked(&marked, words));
        }
    }
}

/// Writes the links into escaped words.
fn linked(marked: &Marked<'_>, escaped: String) -> String {
    marked.write(escaped, |_| "[".to_owned(), |target| format!("]({})", links::address(target)))
}

/// A piece of words.
fn words(kind: BodyKind, level: Option<u8>, text: &str) -> String {
    match kind {
        // The title has the first level.
        BodyKind::Heading => {
            let level = usize::from(level.unwrap_or(2).clamp(2, 6));
            format!("{} {}\n", "#".repeat(level), escape(&one_line(text)))
        }
        BodyKind::ListItem => {
            let indent = "  ".repeat(usize::from(level.unwrap_or(1).max(1) - 1).min(thread::DEPTH));
            let lines: Vec<String> = text.lines().map(escape).collect();
            format!("{indent}- {}\n", lines.join(&format!("\n{indent}  ")))
        }
        BodyKind::Quote => {
            let lines: Vec<String> = text.lines().map(|line| format!("> {}", escape(line))).collect();
            format!("{}\n", lines.join("\n"))
        }
        BodyKind::Caption => format!("*{}*\n", escape(&one_line(text)).trim()),
        BodyKind::Paragraph | BodyKind::Code | BodyKind::Table => {
            // A line break inside a paragraph is kept as a hard break.
            let lines: Vec<String> = text.lines().map(escape).collect();
            format!("{}\n", lines.join("\\\n"))
        }
    }
}

/// Every paragraph of a text behind a prefix, a blank line after each.
fn prefixed(out: &mut String, prefix: &str, text: &str) {
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        let lines: Vec<String> = paragraph.lines().map(|line| format!("{prefix}{}", escape(line))).collect();
        let _ = writeln!(out, "{}\n", lines.join("\\\n"));
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line whose words cannot be taken for markup.
fn escape(line: &str) -> String {
    let line = visible(line);
    let line = line.trim();
    let mut out = String::with_capacity(line.len() + 8);
    let mut previous = ' ';
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |&(_, next)| next);
        let marks = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' => true,
            // Inside a word it is no emphasis.
            '_' => !(previous.is_alphanumeric() && next.is_alphanumeric()),
            '&' => next == '#' || next.is_ascii_alphabetic(),
            '~' => next == '~' || previous == '~',
            '#' | '>' | '|' => at == 0,
            '+' | '-' | '=' => at == 0 && (next == ' ' || next == c),
            '.' | ')' => at < 10 && next == ' ' && line[..at].bytes().all(|byte| byte.is_ascii_digit()) && at > 0,
            _ => false,
        };
        if marks {
            out.push('\\');
        }
        out.push(c);
        previous = c;
    }
    out
}
