//! Plain text: title, by whom and when, body, then the thread, replies indented by two blanks.

use std::fmt::Write;

use crate::record::{CommentRecord, PageRecord};
use crate::sink::{joined, thread, visible};

/// Writes the page.
pub(super) fn page(record: &PageRecord) -> String {
    let mut out = String::new();
    let byline = byline(record);
    let head = [record.title.as_deref(), record.deck.as_deref(), Some(byline.as_str())];
    for part in head.into_iter().flatten().filter(|part| !part.is_empty()) {
        let _ = writeln!(out, "{}\n", visible(part));
    }
    if !record.text.is_empty() {
        let _ = writeln!(out, "{}\n", visible(&record.text));
    }
    for (comment, depth) in thread::walk(&record.comments) {
        let indent = "  ".repeat(depth);
        let _ = writeln!(out, "{indent}{}", heading(comment));
        let notice = comment.notice.as_deref().filter(|_| comment.deleted);
        let words = thread::words(comment, &comment.text);
        for (quoted, words) in notice.map(|notice| (false, notice)).into_iter().chain(words) {
            let mark = if quoted { "> " } else { "" };
            for line in words.lines() {
                let _ = writeln!(out, "{indent}  {mark}{}", visible(line));
            }
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// By whom, when and where the page was published.
pub(super) fn byline(record: &PageRecord) -> String {
    let authors = record.authors.join(", ");
    let authors = if authors.is_empty() { record.author.clone().unwrap_or_default() } else { authors };
    let when = record.published.as_deref().map(shown);
    joined([Some(authors.as_str()), when.as_deref(), record.site.as_deref()])
}

/// By whom and when a comment was written, and its score.
pub(super) fn heading(comment: &CommentRecord) -> String {
    let when = comment.published.as_deref().map(shown).or_else(|| comment.published_shown.clone());
    let votes = comment.votes.map(|votes| format!("{votes:+}"));
    let who = comment.author.as_deref().or(comment.author_name.as_deref());
    let heading = joined([who, when.as_deref(), votes.as_deref()]);
    if heading.is_empty() { format!("#{}", visible(&comment.id)) } else { heading }
}

/// An ISO 8601 time as people write it: a blank between day and hour.
fn shown(time: &str) -> String {
    time.replacen('T', " ", 1)
}
