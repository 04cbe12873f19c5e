//! The cleaned page as HTML: an `<article>` with body and thread, nothing from elsewhere, everything escaped.

use std::fmt::Write;

use crate::record::{BodyKind, BodyRecord, CommentRecord, LinkRecord, PageRecord};
use crate::sink::{links, text, thread};

/// Enough to be read on any screen, light or dark.
pub(super) const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1.05rem/1.6 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{line-height:1.2}header p,.meta,figcaption{opacity:.75}\
pre{overflow-x:auto;white-space:pre-wrap}\
blockquote{margin-inline:0;padding-inline-start:1rem;border-inline-start:3px solid currentColor}\
.thread,.thread ol{list-style:none;padding-inline-start:0}\
.thread ol{padding-inline-start:1rem;border-inline-start:1px solid color-mix(in srgb,currentColor 25%,transparent)}\
.text{white-space:pre-line}article+article{border-top:1px solid;margin-top:3rem}";

/// What stands before the first page. `title` and `language` are the document's.
pub(super) fn prologue(title: &str, language: Option<&str>, style: &str) -> String {
    let mut out = String::from("<!doctype html>\n<html");
    attribute(&mut out, "lang", language);
    let _ = write!(
        out,
        ">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        escape(title)
    );
    out
}

/// What stands after the last page.
pub(super) const EPILOGUE: &str = "</body>\n</html>\n";

/// One page.
pub(super) fn page(record: &PageRecord) -> String {
    let mut out = String::from("<article");
    attribute(&mut out, "lang", record.language.as_deref());
    out.push_str(">\n<header>\n");
    if let Some(title) = &record.title {
        let _ = writeln!(out, "<h1>{}</h1>", escape(title));
    }
    if let Some(deck) = &record.deck {
        let _ = writeln!(out, "<p class=\"deck\">{}</p>", escape(deck));
    }
    let byline = text::byline(record);
    if !byline.is_empty() {
        let _ = writeln!(out, "<p class=\"byline\">{}</p>", escape(&byline));
    }
    out.push_str("</header>\n");
    body(&mut out, &record.body, &record.links);
    if !record.comments.is_empty() {
        comments(&mut out, &record.comments);
    }
    out.push_str("</article>\n");
    out
}

/// The body; items that follow one another share a list.
fn body(out: &mut String, pieces: &[BodyRecord], links: &[LinkRecord]) {
    let mut depth = 0;
    for piece in pieces {
        let wanted = match piece.kind {
            BodyKind::ListItem => usize::from(piece.level.unwrap_or(1).max(1)).min(thread::DEPTH),
            _ => 0,
        };
        for _ in wanted..depth {
            out.push_str("</ul>\n");
        }
        for _ in depth..wanted {
            out.push_str("<ul>\n");
        }
        depth = wanted;
        let marked = links::mark(&piece.text, &piece.spans, links);
        let text = marked.write(
            lines(marked.text(&piece.text)),
            |target| format!("<a href=\"{}\">", escape(&links::address(target))),
            |_| "</a>".to_owned(),
        );
        let _ = match piece.kind {
            BodyKind::Heading => {
                let level = piece.level.unwrap_or(2).clamp(2, 6);
                writeln!(out, "<h{level}>{text}</h{level}>")
            }
            BodyKind::ListItem => writeln!(out, "<li>{text}</li>"),
            BodyKind::Quote => writeln!(out, "<blockquote><p>{text}</p></blockquote>"),
            BodyKind::Code => writeln!(out, "<pre><code>{}</code></pre>", escape(&piece.text)),
            BodyKind::Caption => writeln!(out, "<p class=\"meta\">{text}</p>"),
            BodyKind::Table => {
                table(out, &piece.text);
                Ok(())
            }
            BodyKind::Paragraph => writeln!(out, "<p>{text}</p>"),
        };
    }
    for _ in 0..depth {
        out.push_str("</ul>\n");
    }
}

/// A table in Markdown's pipe form.
pub(super) fn table(out: &mut String, markdown: &str) {
    out.push_str("<table>\n");
    for row in markdown.lines() {
        let row = row.trim();
        if row.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ')) && row.contains('-') {
            continue;
        }
        out.push_str("<tr>");
        let row = row.strip_prefix('|').unwrap_or(row);
        let row = row.strip_suffix('|').unwrap_or(row);
        for cell in row.replace("\\|", "\u{1}").split('|') {
            let _ = write!(out, "<td>{}</td>", escape(&cell.replace('\u{1}', "|")).trim());
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

/// The thread as nested lists.
fn comments(out: &mut String, comments: &[CommentRecord]) {
    out.push_str("<section>\n");
    nested(out, comments, |out, comment| {
        let _ = writeln!(out, "<p class=\"meta\">{}</p>", escape(&text::heading(comment)));
        words(out, comment);
    });
    out.push_str("</section>\n");
}

/// Nested lists of comments; `item` writes one without its replies.
pub(super) fn nested(out: &mut String, comments: &[CommentRecord], mut item: impl FnMut(&mut String, &CommentRecord)) {
    out.push_str("<ol class=\"thread\">\n");
    let mut open: usize = 0; // Items that are open; the next one stands at depth `open` if it answers the last.
    for (comment, depth) in thread::walk(comments) {
        if open > depth {
            out.push_str("</li>\n");
            for _ in depth + 1..open {
                out.push_str("</ol>\n</li>\n");
            }
        } else if open > 0 {
            out.push_str("<ol>\n");
        }
        open = depth + 1;
        out.push_str("<li>");
        item(out, comment);
    }
    if open > 0 {
        out.push_str("</li>\n");
    }
    for _ in 1..open {
        out.push_str("</ol>\n</li>\n");
    }
    out.push_str("</ol>\n");
}

/// What a comment says: the notice in its place, quotes, its own words.
pub(super) fn words(out: &mut String, comment: &CommentRecord) {
    if let Some(notice) = comment.notice.as_deref().filter(|_| comment.deleted) {
        let _ = writeln!(out, "<p><em>{}</em></p>", escape(notice));
    }
    for (quoted, words) in thread::words(comment, &comment.text) {
        let element = if quoted { "blockquote" } else { "div" };
        let _ = writeln!(out, "<{element} class=\"text\">{}</{element}>", escape(words));
    }
}

pub(super) fn attribute(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = write!(out, " {name}=\"{}\"", escape(value));
    }
}

/// Line breaks become `<br>`.
fn lines(text: &str) -> String {
    escape(text).replace('\n', "<br>\n")
}

/// Text that can stand in an element or a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => out.push(c),
        }
    }
    out
}
