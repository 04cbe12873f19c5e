//! The body: labelled blocks become paragraphs, headings, list items, quotes, tables, code and captions.

use crate::page::{Block, Gap, Page, Shape};
use crate::record::{BodyKind, BodyRecord, Label, Span};

/// The body's pieces in page order, from the blocks that `keep` lets through.
///
/// Lines of one paragraph (parted by a mere line break) are joined by a newline, rows of one table by a newline
/// under Markdown's header rule.
pub fn body(page: &Page<'_>, labels: &[Label], keep: impl Fn(usize) -> bool) -> Vec<BodyRecord> {
    let mut pieces: Vec<BodyRecord> = Vec::new();
    let mut last: Option<usize> = None;
    for (i, block) in page.blocks.iter().enumerate().filter(|(i, _)| keep(*i)) {
        let text = page.text_of(block);
        let (kind, level) = shape(block, labels[i]);
        let follows = last == i.checked_sub(1) && last.is_some();
        let previous = last.map(|last| &page.blocks[last]);
        last = Some(i);
        let joins = follows
            && previous.is_some_and(|previous| match kind {
                BodyKind::Table => {
                    previous.shape == Shape::TableRow && block.gap != Gap::Wide && same_table(page, previous, block)
                }
                BodyKind::Code => previous.shape == Shape::Code && block.gap == Gap::Line,
                BodyKind::Paragraph | BodyKind::Quote => {
                    block.gap == Gap::Line && block.marker.is_none() && same_paragraph(page, previous, block)
                }
                _ => false,
            });
        match pieces.last_mut().filter(|piece| joins && piece.kind == kind && piece.level == level) {
            Some(piece) => {
                piece.text.push('\n');
                piece.text.push_str(text);
                piece.spans.extend(page.spans_of(block));
            }
            None => {
                pieces.push(BodyRecord { kind, level, text: text.to_owned(), spans: page.spans_of(block).collect() });
            }
        }
    }
    for piece in &mut pieces {
        if piece.kind == BodyKind::Table {
            rule(&mut piece.text);
        }
        merge(&mut piece.spans);
    }
    pieces
}

/// The pieces joined by blank lines; items of one list stand line by line.
pub fn join(pieces: &[BodyRecord]) -> String {
    let mut out = String::with_capacity(pieces.iter().map(|piece| piece.text.len() + 2).sum());
    let mut before: Option<BodyKind> = None;
    for piece in pieces.iter().filter(|piece| !piece.text.is_empty()) {
        if let Some(before) = before {
            out.push_str(if before == BodyKind::ListItem && piece.kind == BodyKind::ListItem { "\n" } else { "\n\n" });
        }
        out.push_str(&piece.text);
        before = Some(piece.kind);
    }
    out
}

fn shape(block: &Block, label: Label) -> (BodyKind, Option<u8>) {
    if label == Label::Caption {
        return (BodyKind::Caption, None);
    }
    match block.shape {
        Shape::Heading => (BodyKind::Heading, (block.level > 0).then_some(block.level)),
        Shape::ListItem => (BodyKind::ListItem, Some(block.level.max(1))),
        Shape::Quote => (BodyKind::Quote, Some(block.level.max(1))),
        Shape::TableRow => (BodyKind::Table, None),
        Shape::Code => (BodyKind::Code, None),
        Shape::Caption => (BodyKind::Caption, None),
        Shape::Text | Shape::Definition | Shape::Control => (BodyKind::Paragraph, None),
    }
}

/// Rows of one `<table>`; in a dump rows that follow one another.
fn same_table(page: &Page<'_>, a: &Block, b: &Block) -> bool {
    let table =
        |block: &Block| page.tree.ancestors(block.node).find(|&id| page.tree.tag(id) == crate::page::Tag::Table);
    table(a) == table(b)
}

/// Lines inside one element; in a dump lines that follow one another without a blank line.
fn same_paragraph(page: &Page<'_>, a: &Block, b: &Block) -> bool {
    a.node == b.node && (page.tree.nodes.len() > 1 || a.indent == b.indent)
}

/// Puts Markdown's rule under the first row of a table.
fn rule(text: &mut String) {
    let columns = text.lines().next().unwrap_or_default().matches(" | ").count() + 1;
    let rows: Vec<String> = text.lines().map(|row| format!("| {row} |")).collect();
    let rule = format!("|{}", " --- |".repeat(columns));
    let mut out = Vec::with_capacity(rows.len() + 1);
    for (i, row) in rows.into_iter().enumerate() {
        out.push(row);
        if i == 0 {
            out.push(rule.clone());
        }
    }
    *text = out.join("\n");
}

/// Joins spans that touch.
fn merge(spans: &mut Vec<Span>) {
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for &span in spans.iter() {
        match out.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => out.push(span),
        }
    }
    *spans = out;
}
